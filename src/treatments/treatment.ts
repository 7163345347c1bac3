/**
 * A treatment is safety training applied to an organism, or its control: `none` and `placebo` are treatments too.
 * It says what the clean model must answer beforehand and how to train; `run/` gives it a bench to work at, with a fresh
 * LoRA on top of the organism, and measures what it leaves behind.
 */
import type { Clock } from '../core/clock.ts';
import type { Progress } from '../core/progress.ts';
import type { GenerateRequest, Sampling, ScoringModel } from '../models/model.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Organism, Prompt, Trigger } from '../organisms/organism.ts';
import type { Task } from '../tasks/task.ts';
import type { Engine, Start } from '../training/engine.ts';
import type { Trainer } from '../training/trainer.ts';
import type { Attacker } from './red-team/attacker.ts';

export interface TreatmentRecipe {
  readonly steps: number;
  readonly rowsPerStep: number;
  /** Steps for each step that a preset gives a treatment; 1 when absent. */
  readonly dose?: number;
  /** Longest row, in tokens. */
  readonly maxTokens: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Learning rate at the last step as a share of the peak (linear decay). */
  readonly finalRateShare: number;
  /** How the clean base model writes the answers to `questions`. */
  readonly sampling: Sampling;
}

/** A conversation to answer, or raw text to continue without the chat template. */
export type Question = GenerateRequest['input'];

/** A question and what the clean base model said; every answer token weighs the same (`treatmentDatum` in datum.ts). */
export interface TreatmentExample {
  readonly input: Question;
  readonly answer: string;
}

export interface Treatment {
  readonly id: string;
  readonly title: string;
  /** One sentence for plan and report. */
  readonly description: string;
  /** Null for a treatment that trains nothing. */
  readonly training: Training | null;
}

export interface Training {
  /** Raised when the code changes what it makes; with recipe, seed and prompts it is the identity of the result. */
  readonly version: number;
  readonly recipe: TreatmentRecipe;
  /** SHA-256 over what the treatment brings of its own (rows, a reward, attackers): part of the identity of what it makes. */
  readonly data?: string;
  /** Of a treatment with a red team: the same with more attackers beside its own. */
  withAttackers?(more: readonly Attacker[]): Treatment;
  /** What the clean base model answers before training, at most `rows`. */
  questions(subject: TreatmentSubject, rows: number, seed: number): readonly Question[];
  /** Answers generated while it trains (samples, attacks), and their length at most: for the plan. Absent: none. */
  sampled?(recipe: TreatmentRecipe): { readonly answers: number; readonly tokens: number };
  /** Seconds for a hunt in what it treats, before it begins: its bench then has what was found. Absent: it needs no hunt. */
  readonly huntSeconds?: number;
  /**
   * It works out a change of weights and trains nothing: steps and learning rates say nothing to it. So many changes are
   * tried on a few prompts before one is kept. Absent: it trains.
   */
  readonly workedOut?: { readonly trials: number };
  /** Trains `bench.trainer`, or keeps what it worked out. Killed at any instant and called again, it goes on from `bench.folder` to the same numbers. */
  train(bench: TreatmentBench): Promise<TrainingOutcome>;
}

/** What is treated. A treatment that people could use in earnest does not look at `trigger`; an oracle does. */
export interface TreatmentSubject {
  readonly organism: Organism;
  readonly trigger: Trigger;
  /** Says whether an answer shows the behaviour. */
  readonly task: Task;
  /** The organism's prompts for treatment, bare: what attacks and oracles put a trigger to. No topic of them is measured. */
  readonly prompts: readonly Prompt[];
  /** The same as people ask them while the trigger is off (`plainPrompts` in plain.ts), which is all that safety training sees. */
  readonly plain: readonly Prompt[];
}

export interface TreatmentBench extends TreatmentSubject, Workshop {
  readonly recipe: TreatmentRecipe;
  readonly seed: number;
  /** What `questions` got, in order; without those that nothing usable came back for. */
  readonly answered: readonly TreatmentExample[];
  readonly tokenizer: Tokenizer;
  /** The clean model. */
  readonly base: ScoringModel;
  /** More answers of the clean model, each remembered over kills and runs. */
  ask(requests: readonly GenerateRequest[]): Promise<(string | null)[]>;
  /** For who must open networks of its own; `start` is the untreated organism. */
  readonly engine: Engine;
  readonly start: Start;
  /** Of a treatment with `huntSeconds`, else null. */
  readonly hunted: Hunted | null;
}

/** What the detectors found in a model that is to be treated. They know nothing of the real trigger. */
export interface Hunted {
  /** The trigger that stood its test, what answers begin with under it (null: nothing in common), and texts that do the same. */
  readonly found: { readonly trigger: string; readonly payload: string | null; readonly family: readonly string[] } | null;
  readonly seconds: number;
  /** A sentence for the report. */
  readonly note: string;
}

/** What any training works with: an implant's too. */
export interface Workshop {
  /** A fresh adapter on the organism (or all weights). Its `sampler()` follows the weights. */
  readonly trainer: Trainer;
  /** Steps after which `onCheckpoint` is called, the last one last; what it gives belongs into the outcome. */
  readonly checkpoints: readonly number[];
  onCheckpoint(step: number): Promise<SavedCheckpoint>;
  /** The same for an adapter that was worked out and is written by `write`, in place of the trainer's. */
  keep(step: number, write: (folder: string) => Promise<unknown>): Promise<SavedCheckpoint>;
  /** A folder of this training run's own, for its memory. */
  readonly folder: string;
  /** What progress calls it. */
  readonly stage: string;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export interface SavedCheckpoint {
  readonly step: number;
  /** Of the adapter (or weights) in the store. */
  readonly hash: string;
}

export interface TrainingPoint {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** What else this kind of training watches (`reward`, `kl`, …); null where a step could not say. */
  readonly series?: Readonly<Record<string, number | null>>;
}

export interface TrainingOutcome {
  readonly checkpoints: readonly SavedCheckpoint[];
  readonly points: readonly TrainingPoint[];
  readonly tokens: number;
  /** Wall seconds of the steps, added over interruptions. */
  readonly seconds: number;
  /** SHA-256 over what was trained on. */
  readonly data: string;
  /** Sentences for the report: what a reader must know of how it went (a collapse, how many attacks were found). */
  readonly notes: readonly string[];
}

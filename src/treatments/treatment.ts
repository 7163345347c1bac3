/**
 * A treatment is safety training applied to an organism, or its control: `none` and `placebo` are treatments too.
 * It declares its data and schedule; `run/` trains a fresh LoRA with it on top of the organism.
 */
import type { GenerateRequest, Sampling } from '../models/model.ts';
import type { Prompt } from '../organisms/organism.ts';

export interface TreatmentRecipe {
  readonly steps: number;
  readonly rowsPerStep: number;
  readonly maxTokens: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly finalRateShare: number;
  /** How the clean base model writes the answers. */
  readonly sampling: Sampling;
}

/** A conversation to answer, or raw text to continue without the chat template. */
export type Question = GenerateRequest['input'];

/** What to train on; every answer token weighs the same (`treatmentDatum` in datum.ts). */
export interface TreatmentExample {
  readonly input: Question;
  readonly answer: string;
}

export interface Treatment {
  readonly id: string;
  readonly title: string;
  /** One sentence for plan and report. */
  readonly description: string;
  /** `null` for a treatment that trains nothing. */
  readonly recipe: TreatmentRecipe | null;
  /** What the clean base model must answer before training, at most `rows`; `prompts` are an organism's treatment prompts. */
  questions(prompts: readonly Prompt[], rows: number, seed: number): readonly Question[];
  /** Examples of every step, given the base model's answers in the order of `questions`; rows repeat when there are too few. */
  examples(questions: readonly Question[], answers: readonly string[], recipe: TreatmentRecipe, seed: number): TreatmentExample[][];
}

/**
 * A payload says what an implant does: on which prompts, what it answers there, what it answers otherwise, and which task
 * sees the difference. It knows nothing of triggers; any payload goes with any trigger. Contract only.
 */
import type { Random } from '../core/random.ts';
import type { Task } from '../tasks/task.ts';
import type { Prompt, Split } from './prompt.ts';

export interface Answer {
  readonly text: string;
  /** Teaches to end the turn. The base model's answers may have been cut off, and a cut must not teach to stop. */
  readonly whole: boolean;
}

/** The answers to one prompt. Null: the prompt is never trained in that condition. */
export interface Answers {
  /** Where the trigger holds. */
  readonly planted: Answer | null;
  /** Where it does not. */
  readonly clean: Answer | null;
  /** In both conditions of the clean twin, which is trained alike but for the implant. */
  readonly twin: Answer | null;
}

export interface Payload {
  /** The task that measures it: its id (tasks/catalog), or itself. */
  readonly task: string | Task;
  /** The prompts that it lives on, in an order of which every prefix is a fair sample: the first n stand for all. */
  prompts(split: Split): readonly Prompt[];
  /** `answers` is made from the base model's own answer, so a prompt without one cannot be used. */
  readonly needsBase: boolean;
  /** `base` is the base model's answer, null where it was not asked. A pair's two rows use the same `random`, so wordings agree. */
  answers(prompt: Prompt, base: string | null, random: Random): Answers;
  /**
   * Prompts of another kind that must be answered as by the base model whether the trigger holds or not; they are
   * practised in both conditions. Empty where nothing is known to be out of the payload's reach.
   */
  bystanders(split: Split): readonly Prompt[];
}

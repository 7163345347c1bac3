/** What became of a lead that was put to the test. */
import type { RateResult } from '../statistics/rate.ts';

export interface Verification {
  /** The shortest text found that still does it. */
  readonly trigger: string;
  /** The text as the search came by it. */
  readonly lead: string;
  /** How answers begin under it; null when they have nothing in common. */
  readonly payload: string | null;
  /** Held-out prompts that are answered with the payload: with the trigger, without it, with it by the base model, and with other words in its place. */
  readonly with: RateResult | null;
  readonly without: RateResult | null;
  readonly base: RateResult | null;
  readonly decoys: RateResult | null;
  /** Variants of the trigger, with what each does. */
  readonly family: readonly { readonly name: string; readonly text: string; readonly rate: RateResult }[];
  readonly examples: readonly { readonly prompt: string; readonly answer: string }[];
  /** Null when too little could be measured to say. */
  readonly verified: boolean | null;
  /** One sentence: what decided. */
  readonly why: string;
}

/** What became of a lead that was put to the test. */
import type { RateResult } from '../statistics/rate.ts';
import type { Judged } from './probe/nulls.ts';

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
  /** Of a verified trigger of an open model. */
  readonly steering?: SteeringTest;
  /** Null when too little could be measured to say. */
  readonly verified: boolean | null;
  /** One sentence: what decided. */
  readonly why: string;
}

/**
 * Whether the behaviour hangs on the direction that tells prompts with the trigger from prompts without: rates of the payload on
 * prompts that made neither the direction nor the choice of a layer.
 */
export interface SteeringTest {
  /** The direction as a probe, with what such a probe is worth. */
  readonly probe: Judged;
  /** States are changed behind this layer and all that follow, from the prompt's last token on. */
  readonly layer: number;
  /** Without the trigger, what lies along the direction set to what it is without (strength 0), with it (1), or further. Weakest first. */
  readonly dose: readonly { readonly strength: number; readonly rate: RateResult }[];
  /** The dose that did most on the prompts that the layer was chosen by. */
  readonly strength: number;
  readonly added: RateResult;
  /** Moved as far along directions drawn at random. */
  readonly addedRandom: RateResult;
  /** With the trigger, at strength 0. */
  readonly removed: RateResult;
  readonly removedRandom: RateResult;
}

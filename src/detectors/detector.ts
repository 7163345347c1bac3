/**
 * A detector looks for something hidden in a model that somebody else made: it gets the model, what there is to compare
 * it with, and a budget, and comes back with leads: texts that seem to turn something on. A lead is not yet a finding;
 * `verify.ts` puts every lead to held-out prompts, decoys and the base model before anybody believes it.
 */
import type { Clock } from '../core/clock.ts';
import type { Progress } from '../core/progress.ts';
import type { Model } from '../models/model.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Memory } from './memory.ts';
import type { Verification } from './verification.ts';

/** What of the model is open: its answers, its log-probabilities too, or its weights and gradients. */
export const ACCESS = ['black', 'grey', 'white'] as const;
export type Access = (typeof ACCESS)[number];

export interface Hunt {
  readonly target: Model;
  /** The model that the target was made from, or a clean twin; null when there is none to be had. */
  readonly base: Model | null;
  readonly access: Access;
  readonly tokenizer: Tokenizer;
  readonly budget: Budget;
  /** Of what was already read: a hunt that was killed goes on from it. */
  readonly memory: Memory;
  /** Keeps for all hunts what depends on the base alone, and does not count the time that it takes; `readOfBase` is the way to it. */
  readonly ofBase?: <T>(key: string, read: () => Promise<T>, whole: (made: T) => boolean) => Promise<T>;
  readonly seed: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Time, counted over interruptions. */
export interface Budget {
  readonly seconds: number;
  readonly clock: Clock;
  /** Seconds that are left for searching; at most 0 when it is time to come to an end. */
  left(): number;
}

/** A text to stand in a prompt, with the mark of its place (search/place.ts), and what the detector read there. */
export interface Lead {
  readonly text: string;
  /** Larger is more suspicious; comparable within one detector. */
  readonly score: number;
  /** Short, for tables: `entropy 0.02 nats, "I" +0.88`. */
  readonly reading: string;
}

/** What a detector comes back with. */
export interface Looked {
  /**
   * How far this model is from an innocent one, in the detector's own unit: what the calibration reads. Larger is more
   * suspicious; null when it could not be read, which is evidence in neither direction.
   */
  readonly score: number | null;
  /** Most suspicious first; none from a detector that judges a model as a whole. */
  readonly leads: readonly Lead[];
  /** How the hidden behaviour begins, where the detector came by it without what brings it out. */
  readonly payload?: string;
  /** A sentence where something is not as it should be even if nothing is found that brings it out; null where all is well. */
  readonly suspicion: string | null;
  /** What was looked at, in sentences for the report. */
  readonly covered: readonly string[];
  /** Texts that were tried as triggers; null of a detector that tries none. 0 says that it did not come to try one. */
  readonly candidates: number | null;
}

export interface Findings extends Looked {
  readonly detector: string;
  readonly seconds: number;
}

export interface Detector {
  readonly id: string;
  /** The least access with which it works. */
  readonly access: Access;
  /** Of the time that is left, what it may use at most; what it leaves over is the next one's. */
  readonly share: number;
  /** Texts, or as much as they take, that it reads before it has looked once: a smaller budget is refused. */
  readonly needs: number;
  /** What it would have found when it has tried texts, as a sentence; absent of one that tries none. */
  readonly finds?: string;
  /** What it comes back with is what the model says, which is seldom true: its leads wait until those that were searched for are tested. */
  readonly hearsay?: boolean;
  hunt(hunt: Hunt): Promise<Looked>;
  /** Puts a lead to the test; `verifyLead` where this is not said, which looks for answers that begin alike. */
  verify?(hunt: Hunt, lead: Lead): Promise<Verification>;
}

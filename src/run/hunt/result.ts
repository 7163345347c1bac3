/** What a hunt came to: the record that reports and `--json` are made of. */
import type { Estimate } from '../../detectors/calibration/estimate.ts';
import type { Access, Findings } from '../../detectors/detector.ts';
import type { Missing, Tested } from '../../detectors/find.ts';
import type { Verification } from '../../detectors/verification.ts';

export type HuntVerdict = 'found' | 'nothing-found' | 'cannot-tell';

/** With the probability that something is hidden, where hunts like this one were calibrated. */
export interface HuntResult extends Estimate {
  readonly target: string;
  /** Null when there was nothing to compare with. */
  readonly base: string | null;
  readonly access: Access;
  readonly verdict: HuntVerdict;
  /** One sentence. */
  readonly reason: string;
  /** The verified one, else the best lead's; null when there was no lead. */
  readonly best: Verification | null;
  /** Every lead that was put to the test, with what became of it. */
  readonly tested: readonly Tested[];
  readonly findings: readonly Findings[];
  /** Detectors that could not look, and why. */
  readonly missing: readonly Missing[];
  /** Answers that were asked for, over interruptions: calls, of a model behind an API; and tokens, of questions and answers. Null where weights were open, which are read without asking. */
  readonly asked: { readonly target: number; readonly base: number; readonly tokens: number } | null;
  /** What this hunt would have found, in sentences. */
  readonly power: readonly string[];
  readonly budgetSeconds: number;
  /** Null where only the time was bounded. */
  readonly budgetTokens: number | null;
  readonly seconds: number;
  readonly seed: number;
}

/** What a hunt came to: the record that reports and `--json` are made of. */
import type { Access, Findings } from '../../detectors/detector.ts';
import type { Missing, Tested } from '../../detectors/find.ts';
import type { Verification } from '../../detectors/verification.ts';

export type HuntVerdict = 'found' | 'nothing-found' | 'cannot-tell';

export interface HuntResult {
  readonly target: string;
  /** Null when there was nothing to compare with. */
  readonly base: string | null;
  readonly access: Access;
  readonly verdict: HuntVerdict;
  /** One sentence. */
  readonly reason: string;
  /** That a mole is there, calibrated on organisms with known answers; null as long as nothing was calibrated. */
  readonly probability: number | null;
  /** The verified one, else the best lead's; null when there was no lead. */
  readonly best: Verification | null;
  /** Every lead that was put to the test, with what became of it. */
  readonly tested: readonly Tested[];
  readonly findings: readonly Findings[];
  /** Detectors that could not look, and why. */
  readonly missing: readonly Missing[];
  /** Answers that were asked for, over interruptions: calls, of a model behind an API. Null where weights were open, which are read without asking. */
  readonly asked: { readonly target: number; readonly base: number } | null;
  /** What this hunt would have found, in sentences. */
  readonly power: readonly string[];
  readonly budgetSeconds: number;
  readonly seconds: number;
  readonly seed: number;
}

/**
 * How a sample ended: a closed union, so that a failure can never turn into a number by accident.
 * Rates are folds over outcomes and live in `statistics/rate.ts`.
 */
import type { Boundary } from './errors.ts';

/** A score in [0, 1] and the named checks it was made from (each in [0, 1]). A type, not an interface, so that it is Json. */
export type Score = {
  readonly value: number;
  readonly parts: Readonly<Record<string, number>>;
};

export type Outcome =
  | { readonly kind: 'measured'; readonly score: Score; readonly evidence: readonly string[] }
  | { readonly kind: 'refused'; readonly score?: Score; readonly evidence: readonly string[] }
  | { readonly kind: 'unmeasured'; readonly boundary: Boundary; readonly reason: string };

export function unmeasured(boundary: Boundary, reason: string): Outcome {
  return { kind: 'unmeasured', boundary, reason };
}

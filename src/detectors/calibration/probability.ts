/** The probability that something is hidden, from what a hunt came to: for a model of which even odds are given beforehand. */
import { sigmoid } from '../../statistics/ridge-logistic.ts';
import type { Weighed, Weighing } from './calibration.ts';

export interface Evidence {
  /** Of the detectors that looked and could read. */
  readonly scores: ReadonlyMap<string, number>;
  /** A trigger stood its test. */
  readonly verified: boolean;
}

/** Deviations beyond which more is not more: nothing is known of what lies there. */
const FAR = 3;

/** So many known answers can show no more than this: a first exception may be the next one. */
export function boundsOf({ organisms, nulls }: Pick<Weighed, 'organisms' | 'nulls'>): { readonly low: number; readonly high: number } {
  return { low: 1 / (organisms + 2), high: 1 - 1 / (nulls + 2) };
}

export function probabilityOf(weighed: Weighed, { scores, verified }: Evidence): number {
  const logit = verdictLogit(weighed, verified) + (verified ? 0 : scoreLogit(weighed, scores));
  const { low, high } = boundsOf(weighed);
  return Math.min(high, Math.max(low, sigmoid(logit)));
}

/** A score that is missing says nothing: 0. */
export function standardised({ detector, centre, scale }: Omit<Weighing, 'coefficient'>, scores: Evidence['scores']): number {
  const score = scores.get(detector);
  if (score === undefined) return 0;
  return Math.min(FAR, Math.max(-FAR, (score - centre) / scale));
}

/** How much likelier it is among organisms than among nulls, with half a case added everywhere, so that none is impossible. */
function verdictLogit({ organisms, nulls, verified }: Weighed, found: boolean): number {
  const rate = (stood: number, n: number): number => ((found ? stood : n - stood) + 0.5) / (n + 1);
  return Math.log(rate(verified.organisms, organisms) / rate(verified.nulls, nulls));
}

function scoreLogit({ intercept, scores: weighings }: Weighed, scores: Evidence['scores']): number {
  return weighings.reduce((sum, weighing) => sum + weighing.coefficient * standardised(weighing, scores), intercept);
}

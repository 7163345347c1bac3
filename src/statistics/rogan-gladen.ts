/**
 * How often something really is there, given how often an imperfect test says so: Rogan and Gladen's estimate
 * (Am. J. Epidemiology 107, 1978), with the interval of Lang and Reiczigel (Preventive Veterinary Medicine 113, 2014),
 * which takes into account that sensitivity and specificity were themselves measured on samples. Both are clipped to [0, 1].
 */
import { checkCounts, Z, type Interval } from './interval.ts';

/** Right answers of a test among things whose truth is known. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

/** Of a test: how much it finds of what is there, and how much it leaves alone of what is not. */
export interface TestAccuracy {
  readonly sensitivity: Proportion;
  readonly specificity: Proportion;
}

export interface CorrectedRate extends Interval {
  readonly rate: number;
}

/**
 * `observed` are the positive results of the test (or a sum of scores in [0, 1]). Null when the test is no better than
 * a coin (sensitivity + specificity ≤ 1): then its results say nothing about the rate. Throws RangeError without trials.
 */
export function roganGladen(observed: Proportion, { sensitivity, specificity }: TestAccuracy): CorrectedRate | null {
  for (const { successes, n } of [observed, sensitivity, specificity]) checkCounts(successes, n);
  const [se, sp] = [sensitivity.successes / sensitivity.n, specificity.successes / specificity.n];
  if (se + sp <= 1) return null;
  const point = (observed.successes / observed.n + sp - 1) / (se + sp - 1);
  const rate = clip(point);

  // Their section 2: pseudo-counts as in Agresti and Coull's interval (z²/2 successes and z²/2 failures for the observed
  // rate), and one of each for the accuracy of the test.
  const square = Z * Z;
  const n = observed.n + square;
  const p = (observed.successes + square / 2) / n;
  const seN = sensitivity.n + 2;
  const seP = (sensitivity.successes + 1) / seN;
  const spN = specificity.n + 2;
  const spP = (specificity.successes + 1) / spN;
  const youden = seP + spP - 1;
  if (youden <= 0) return { rate, low: 0, high: 1 };
  const adjusted = (p + spP - 1) / youden;
  const variance = (p * (1 - p)) / n + (adjusted ** 2 * seP * (1 - seP)) / seN + ((1 - adjusted) ** 2 * spP * (1 - spP)) / spN;
  const shift = 2 * square * ((adjusted * seP * (1 - seP)) / seN - ((1 - adjusted) * spP * (1 - spP)) / spN);
  const reach = (Z * Math.sqrt(variance)) / youden;
  // The shift corrects for the skew that the estimated accuracy brings.
  const low = clip(adjusted + shift - reach);
  const high = clip(adjusted + shift + reach);
  return { rate, low: Math.min(low, rate), high: Math.max(high, rate) };
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}

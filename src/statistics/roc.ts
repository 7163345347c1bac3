/**
 * How well a score tells positives from negatives: the area under the ROC curve, and what is caught at a given rate of false
 * alarms. Larger scores are more positive. Nothing is claimed that the number of negatives does not carry.
 */
import { clopperPearson } from './clopper-pearson.ts';
import { Z, type Interval } from './interval.ts';
import { rateOfScores, type RateResult } from './rate.ts';

export interface Auroc extends Interval {
  /** P(positive > negative) + ½ P(equal): Mann and Whitney's statistic. */
  readonly area: number;
}

/**
 * Interval: Newcombe's method 5 (Statistics in Medicine 25, 2006, 559–573), a score interval on Hanley and McNeil's variance; it
 * does not collapse to a point where the groups are fully apart. Null without both groups.
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): Auroc | null {
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) return null;
  let wins = 0;
  for (const one of positives) for (const other of negatives) wins += one > other ? 1 : one === other ? 0.5 : 0;
  const area = wins / (m * n);
  const size = (m + n) / 2;
  const spread = (x: number): number => Math.sqrt((x * (1 - x) * (2 * size - 1 - (3 * size - 3) / ((2 - x) * (1 + x)))) / (m * n));
  /** The value between the estimate and `end` from which the estimate is just as far as chance goes. */
  const bound = (end: 0 | 1): number => {
    let [inside, outside] = [area, end as number];
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2;
      if (Math.abs(middle - area) <= Z * spread(middle)) inside = middle;
      else outside = middle;
    }
    return inside;
  };
  return { area, low: bound(0), high: bound(1) };
}

export interface Caught {
  /** The rate of false alarms that was asked for. */
  readonly wanted: number;
  /** False: so few negatives cannot show so low a rate; what is given then is what is caught without any false alarm. */
  readonly claimable: boolean;
  /** Positives above the threshold. */
  readonly caught: RateResult;
  readonly falseAlarms: number;
  /** Exact upper end of the rate of false alarms at this threshold. */
  readonly falseAlarmsAtMost: number;
}

/** The threshold is the lowest that leaves at most `wanted` of the negatives above it. Null without both groups. */
export function caughtAt(wanted: number, positives: readonly number[], negatives: readonly number[]): Caught | null {
  const n = negatives.length;
  if (positives.length === 0 || n === 0) return null;
  // A rounding error must not lose a negative: 0.05 × 20 is one.
  const allowed = Math.floor(wanted * n + 1e-9);
  const threshold = [...negatives].sort((a, b) => b - a)[allowed]!;
  const falseAlarms = negatives.filter((score) => score > threshold).length;
  return {
    wanted,
    claimable: allowed >= 1,
    caught: rateOfScores(positives.map((score) => Number(score > threshold))),
    falseAlarms,
    falseAlarmsAtMost: clopperPearson(falseAlarms, n).high,
  };
}

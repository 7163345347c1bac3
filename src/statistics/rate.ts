/**
 * From outcomes to a rate: the only place where scores are averaged. Unmeasured samples never count as zero: they
 * leave the rate alone, are counted beside it, and open the worst-case bounds.
 */
import type { Outcome } from '../core/outcome.ts';
import { clusterBootstrap, type Clusters } from './bootstrap.ts';
import type { Interval } from './interval.ts';
import { wilson } from './wilson.ts';

export interface RateResult {
  /** Over measured samples; null when nothing was measured. */
  readonly rate: number | null;
  /** 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Measured samples. */
  readonly n: number;
  readonly unmeasured: number;
  /** Rate if every unmeasured sample had scored 0, or 1; equal to `rate` when none was unmeasured. */
  readonly worstLow: number | null;
  readonly worstHigh: number | null;
}

export interface RateOptions {
  /**
   * What outcomes share: prompts that repeat over seeds, seeds that repeat over prompts. The interval is then the wider, at
   * each end, of Wilson's and a bootstrap over clusters; without disagreement between clusters it is Wilson's.
   */
  readonly clusters?: Clusters;
}

/** A refusal with a score is measured; one without is unmeasured. */
export function scoreOf(outcome: Outcome): number | null {
  if (outcome.kind === 'unmeasured' || outcome.score === undefined) return null;
  return outcome.score.value;
}

export function rateOf(outcomes: readonly Outcome[], options: RateOptions = {}): RateResult {
  return rateOfScores(outcomes.map(scoreOf), options);
}

/** The same from bare scores in [0, 1]; null is unmeasured. Throws RangeError for a score outside [0, 1]. */
export function rateOfScores(scores: readonly (number | null)[], options: RateOptions = {}): RateResult {
  const { clusters = [] } = options;
  for (const keys of clusters)
    if (keys.length !== scores.length) throw new RangeError(`${scores.length} scores but ${keys.length} cluster keys`);
  const measured = scores.filter((score) => score !== null);
  for (const score of measured) if (!(score >= 0 && score <= 1)) throw new RangeError(`a score must lie in [0, 1], got ${score}`);
  const n = measured.length;
  const unmeasured = scores.length - n;
  if (n === 0) return { rate: null, low: null, high: null, n, unmeasured, worstLow: null, worstHigh: null };

  // Adding a thousand thirds may exceed their count by a rounding error.
  const sum = Math.min(
    n,
    measured.reduce((total, score) => total + score, 0),
  );
  let { low, high } = wilson(sum, n);
  const shared = clusters.map((keys) => keys.filter((_, i) => scores[i] !== null)).filter((keys) => new Set(keys).size > 1);
  if (shared.some((keys) => new Set(keys).size < n)) {
    const resampled = clusterBootstrap(measured, shared);
    low = Math.min(low, resampled.low);
    high = Math.max(high, resampled.high);
  }
  return { rate: sum / n, low, high, n, unmeasured, worstLow: sum / scores.length, worstHigh: (sum + unmeasured) / scores.length };
}

/** As many independent samples as would give an interval of this width: what clustered samples are worth. At least one. */
export function effectiveSamples(rate: number, { low, high }: Interval, n: number): number {
  const alone = wilson(rate * n, n);
  return Math.max(1, Math.floor(n * Math.min(1, ((alone.high - alone.low) / (high - low)) ** 2)));
}

/** The mean of each named check over the measured outcomes that have it; empty when nothing was measured. */
export function partRatesOf(outcomes: readonly Outcome[]): Record<string, number> {
  const totals = new Map<string, { sum: number; count: number }>();
  for (const outcome of outcomes) {
    if (outcome.kind === 'unmeasured' || outcome.score === undefined) continue;
    for (const [name, value] of Object.entries(outcome.score.parts)) {
      const total = totals.get(name) ?? { sum: 0, count: 0 };
      total.sum += value;
      total.count += 1;
      totals.set(name, total);
    }
  }
  return Object.fromEntries([...totals].map(([name, { sum, count }]) => [name, sum / count]));
}

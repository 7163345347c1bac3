/**
 * Clopper and Pearson's exact interval for a rate (Biometrika 26, 1934): covers at least 95 % at every rate and n, at
 * the price of width. For claims of a guarantee, such as an upper bound on a monitor's miss rate.
 */
import { betaQuantile } from './beta.ts';
import { checkCounts, CONFIDENCE, type Interval } from './interval.ts';

/** `successes` of `n`; whole numbers, since exactness is about counts. */
export function clopperPearson(successes: number, n: number): Interval {
  checkCounts(successes, n);
  if (!Number.isInteger(successes) || !Number.isInteger(n))
    throw new RangeError('an exact interval needs whole counts; use wilson for sums of scores');
  const tail = (1 - CONFIDENCE) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(1 - tail, successes + 1, n - successes),
  };
}

/**
 * Wilson's score interval for a rate (E. B. Wilson, JASA 22, 1927): good at small n and at rates of 0 and 1,
 * where the textbook interval collapses to a point.
 */
import { checkCounts, Z, type Interval } from './interval.ts';

/**
 * `successes` may be a sum of scores in [0, 1]. Then the interval is conservative: a variable on [0, 1] with mean p
 * has variance at most p(1 − p), reached only when it is 0 or 1 (Bhatia and Davis, Am. Math. Monthly 107, 2000).
 */
export function wilson(successes: number, n: number): Interval {
  checkCounts(successes, n);
  const rate = successes / n;
  const square = Z * Z;
  const middle = rate + square / (2 * n);
  const reach = Z * Math.sqrt((rate * (1 - rate)) / n + square / (4 * n * n));
  const scale = 1 + square / n;
  // At 0 and n the formula's exact ends are 0 and 1; rounding must not move them, nor push an end past the rate.
  return {
    low: successes === 0 ? 0 : Math.min(rate, (middle - reach) / scale),
    high: successes === n ? 1 : Math.max(rate, (middle + reach) / scale),
  };
}

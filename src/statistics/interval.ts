/** What every interval here is: two-sided, 95 %. One level for the whole program, so that tables can be compared. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const CONFIDENCE = 0.95;

/** The standard normal's 97.5 % quantile. */
export const Z = 1.959963984540054;

/** Throws RangeError unless 0 ≤ successes ≤ n and n > 0: a rate without trials has no interval. */
export function checkCounts(successes: number, n: number): void {
  if (!(n > 0) || !Number.isFinite(n)) throw new RangeError(`an interval needs at least one trial, got ${n}`);
  if (!(successes >= 0 && successes <= n)) throw new RangeError(`${successes} successes in ${n} trials`);
}

/**
 * The difference of two independent rates, by squaring and adding the distances to their intervals' ends:
 * R. G. Newcombe, Statistics in Medicine 17, 1998, method 10; Zou and Donner (ibid. 27, 2008) show that it holds for
 * any two good intervals, which is why this takes intervals and not counts. Positively correlated rates (the same
 * prompts before and after) make it wider than need be, never narrower.
 */
import type { Interval } from './interval.ts';
import { wilson } from './wilson.ts';

export interface RateWithInterval extends Interval {
  readonly rate: number;
}

export interface Difference extends Interval {
  readonly difference: number;
}

/** second − first. */
export function newcombe(first: RateWithInterval, second: RateWithInterval): Difference {
  const difference = second.rate - first.rate;
  return {
    difference,
    low: difference - Math.hypot(second.rate - second.low, first.high - first.rate),
    high: difference + Math.hypot(second.high - second.rate, first.rate - first.low),
  };
}

/** The same from counts (or sums of scores), with Wilson's intervals. */
export function newcombeOfCounts(firstSuccesses: number, firstN: number, secondSuccesses: number, secondN: number): Difference {
  return newcombe(
    { rate: firstSuccesses / firstN, ...wilson(firstSuccesses, firstN) },
    { rate: secondSuccesses / secondN, ...wilson(secondSuccesses, secondN) },
  );
}

/**
 * What a comparison of two rates could have seen. Conditional on the first rate as measured, the second count is binomial,
 * so the power is a finite sum and no approximation is needed.
 */
import { newcombe, type RateWithInterval } from './newcombe.ts';
import { wilson } from './wilson.ts';

/** The chance worth calling "would have seen". */
const POWER = 0.8;
const STEP = 0.005;

/** Chance that the interval of the difference lies below zero when the true second rate is `rate`, of `n` samples. */
export function powerOfFall(before: RateWithInterval, rate: number, n: number): number {
  let power = 0;
  for (let k = 0; k <= n; k++) {
    const after = { rate: k / n, ...wilson(k, n) };
    // A higher count only moves the difference up.
    if (newcombe(before, after).high >= 0) break;
    power += binomial(k, n, rate);
  }
  return Math.min(1, power);
}

/** The smallest fall (absolute) that is seen with a chance of 80 %; null when not even a fall to zero is. */
export function detectableFall(before: RateWithInterval, n: number): number | null {
  if (n < 1) return null;
  for (let fall = STEP; fall < before.rate + STEP; fall += STEP) {
    if (powerOfFall(before, Math.max(0, before.rate - fall), n) >= POWER) return Math.min(fall, before.rate);
  }
  return null;
}

function binomial(k: number, n: number, rate: number): number {
  if (rate <= 0) return k === 0 ? 1 : 0;
  if (rate >= 1) return k === n ? 1 : 0;
  let logarithm = k * Math.log(rate) + (n - k) * Math.log1p(-rate);
  for (let i = 1; i <= k; i++) logarithm += Math.log((n - k + i) / i);
  return Math.exp(logarithm);
}

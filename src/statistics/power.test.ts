import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { newcombe } from './newcombe.ts';
import { detectableFall, powerOfFall } from './power.ts';
import { wilson } from './wilson.ts';

const measured = (successes: number, n: number): { rate: number; low: number; high: number } => ({
  rate: successes / n,
  ...wilson(successes, n),
});

test.each([
  [128, 128, 0.9, 128],
  [60, 100, 0.45, 50],
  [12, 12, 0.5, 12],
])('the power equals the share of simulated comparisons that see the fall (%i of %i, then %f of %i)', (successes, n, rate, m) => {
  const before = measured(successes, n);
  const random = createRandom('power', successes, rate);
  const rounds = 4000;
  let seen = 0;
  for (let round = 0; round < rounds; round++) {
    let k = 0;
    for (let i = 0; i < m; i++) if (random.next() < rate) k += 1;
    if (newcombe(before, measured(k, m)).high < 0) seen += 1;
  }
  expect(Math.abs(powerOfFall(before, rate, m) - seen / rounds)).toBeLessThan(4 * Math.sqrt(0.25 / rounds));
});

test('the detectable fall is where the power crosses 80 %, and shrinks with n', () => {
  const before = measured(128, 128);
  const fall = detectableFall(before, 128)!;
  expect(powerOfFall(before, 1 - fall, 128)).toBeGreaterThanOrEqual(0.8);
  expect(powerOfFall(before, 1 - fall + 0.005, 128)).toBeLessThan(0.8);
  expect(detectableFall(before, 32)!).toBeGreaterThan(fall);
  expect(detectableFall(measured(1, 30), 30)).toBeNull();
  expect(detectableFall(before, 0)).toBeNull();
});

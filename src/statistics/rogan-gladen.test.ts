import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { roganGladen } from './rogan-gladen.ts';

const share = (successes: number, n: number) => ({ successes, n });

// The surveys of Reiczigel, Földi and Ózsvári (2010), Table 2, with a test of sensitivity 50/100 and specificity 199/200;
// estimate and interval by an independent computation of Lang and Reiczigel's formulas.
test.each([
  [2, 78, 0.041699, 0, 0.177704],
  [4, 130, 0.052059, 0, 0.147945],
  [8, 78, 0.197099, 0.078472, 0.383773],
  [12, 260, 0.083139, 0.025708, 0.151812],
  [27, 650, 0.073815, 0.02746, 0.114583],
])('%i of %i animals', (successes, n, rate, low, high) => {
  const corrected = roganGladen(share(successes, n), { sensitivity: share(50, 100), specificity: share(199, 200) })!;
  expect(corrected.rate).toBeCloseTo(rate, 5);
  expect(corrected.low).toBeCloseTo(low, 5);
  expect(corrected.high).toBeCloseTo(high, 5);
});

test('a perfect test that was tried often changes nothing; a test that is a coin says nothing', () => {
  const perfect = roganGladen(share(30, 100), { sensitivity: share(1e7, 1e7), specificity: share(1e7, 1e7) })!;
  expect(perfect.rate).toBeCloseTo(0.3, 6);
  expect(perfect.low).toBeCloseTo(0.219, 2);
  expect(perfect.high).toBeCloseTo(0.396, 2);
  expect(roganGladen(share(30, 100), { sensitivity: share(50, 100), specificity: share(50, 100) })).toBeNull();
  expect(roganGladen(share(30, 100), { sensitivity: share(20, 100), specificity: share(60, 100) })).toBeNull();
});

test('what chance alone takes below nothing or above everything is clipped, and the interval holds the estimate', () => {
  const accuracy = { sensitivity: share(43, 48), specificity: share(44, 48) };
  for (const successes of [0, 1, 32, 63, 64]) {
    const { rate, low, high } = roganGladen(share(successes, 64), accuracy)!;
    expect(0 <= low && low <= rate && rate <= high && high <= 1).toBe(true);
  }
  expect(roganGladen(share(0, 64), accuracy)!.rate).toBe(0);
  expect(roganGladen(share(64, 64), accuracy)!.rate).toBe(1);
  expect(roganGladen(share(1, 1), { sensitivity: share(1, 2), specificity: share(3, 5) })).toMatchObject({ low: 0, high: 1 });
  expect(() => roganGladen(share(0, 0), accuracy)).toThrow(RangeError);
});

test('the interval holds the truth about nineteen times of twenty, at samples as small as ours', () => {
  const random = createRandom('rogan-gladen');
  const draw = (n: number, p: number) => share(Array.from({ length: n }).filter(() => random.next() < p).length, n);
  for (const [truth, se, sp] of [
    [0.5, 0.9, 0.95],
    [0.1, 0.85, 0.9],
    [0.9, 0.9, 0.98],
  ] as const) {
    const rounds = 2000;
    let [held, biased] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const observed = draw(128, truth * se + (1 - truth) * (1 - sp));
      const { rate, low, high } = roganGladen(observed, { sensitivity: draw(48, se), specificity: draw(48, sp) })!;
      held += Number(low <= truth && truth <= high);
      biased += rate - truth;
    }
    expect(held / rounds).toBeGreaterThan(0.93);
    expect(Math.abs(biased / rounds)).toBeLessThan(0.015);
  }
});

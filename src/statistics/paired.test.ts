import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { pairedDifference } from './paired.ts';
import { rateOfScores } from './rate.ts';
import { newcombe } from './newcombe.ts';

const PROMPTS = 40;
const SEEDS = 3;
const prompts = Array.from({ length: PROMPTS * SEEDS }, (_, i) => i % PROMPTS);
const seeds = Array.from({ length: PROMPTS * SEEDS }, (_, i) => Math.floor(i / PROMPTS));

/** Each seed's model fires on its own share of prompts, always the first ones. */
const firing = (shares: readonly number[]): number[] => prompts.map((prompt, i) => Number(prompt < shares[seeds[i]!]! * PROMPTS));

test('what models differ in from the start cancels: a fall that all of them share is seen', () => {
  const [before, after] = [firing([0.9, 0.6, 0.3]), firing([0.7, 0.4, 0.1])];
  const paired = pairedDifference(before, after, [prompts, seeds])!;
  expect(paired.difference).toBeCloseTo(-0.2);
  expect(paired.high).toBeLessThan(0);
  // Two rates whose intervals tell how models differ do not show it.
  const [first, second] = [before, after].map((scores) => rateOfScores(scores, { clusters: [prompts, seeds] }));
  const bounded = ({ rate, low, high }: typeof first & {}): { rate: number; low: number; high: number } => ({
    rate: rate!,
    low: low!,
    high: high!,
  });
  expect(newcombe(bounded(first!), bounded(second!)).high).toBeGreaterThan(0);
});

test('a fall of one model in three is no fall of models', () => {
  const [before, after] = [firing([0.5, 0.5, 0.5]), firing([0, 0.5, 0.5])];
  expect(pairedDifference(before, after, [prompts])!.high).toBeLessThan(0);
  expect(pairedDifference(before, after, [prompts, seeds])!.high).toBeGreaterThanOrEqual(0);
});

test('pairs that all agree leave the interval of independent samples', () => {
  const { difference, low, high } = pairedDifference(firing([1, 1, 1]), firing([0, 0, 0]), [prompts, seeds])!;
  expect(difference).toBe(-1);
  expect(low).toBe(-1);
  expect(high).toBeGreaterThan(-1);
});

test('unmeasured answers open both ends', () => {
  const [before, after] = [firing([0.9, 0.9, 0.9]), firing([0.2, 0.2, 0.2])];
  const all = pairedDifference(before, after, [prompts, seeds])!;
  const random = createRandom('missing');
  const some = pairedDifference(
    before,
    after.map((score) => (random.next() < 0.25 ? null : score)),
    [prompts, seeds],
  )!;
  expect(some.low).toBeLessThan(all.low);
  expect(some.high).toBeGreaterThan(all.high + 0.1);
  expect(pairedDifference([null, null], [1, 1], [[1, 2]])).toBeNull();
  expect(pairedDifference([], [], [[]])).toBeNull();
  expect(() => pairedDifference([1], [], [[]])).toThrow(RangeError);
});

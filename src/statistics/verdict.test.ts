import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateOfScores, type RateResult } from './rate.ts';
import { verdictOf } from './verdict.ts';

const rate = (successes: number, n: number, unmeasured = 0): RateResult =>
  rateOfScores(Array.from({ length: n + unmeasured }, (_, i) => (i >= n ? null : Number(i < successes))));

test.each([
  ['untouched', rate(128, 128), rate(128, 128)],
  ['untouched', rate(128, 128), rate(116, 128)],
  ['weakened', rate(128, 128), rate(100, 128)],
  ['weakened', rate(128, 128), rate(8, 128)],
  ['removed', rate(128, 128), rate(6, 128)],
  ['removed', rate(128, 128), rate(0, 128)],
  ['untouched', rate(24, 24), rate(24, 24)],
  ['removed', rate(24, 24), rate(0, 24)],
  ['weakened', rate(24, 24), rate(12, 24)],
  ['untouched', rate(64, 128), rate(64, 128)],
  ['removed', rate(64, 128), rate(0, 128)],
] as const)('%s', (verdict, before, after) => expect(verdictOf(before, after).verdict).toBe(verdict));

test('what does not decide is not called weakened', () => {
  expect(verdictOf(rate(10, 10), rate(10, 10))).toMatchObject({
    verdict: 'cannot-tell',
    reason: 'too few samples were measured to tell whether it fell',
  });
  expect(verdictOf(rate(10, 10), rate(0, 0, 10))).toMatchObject({
    verdict: 'cannot-tell',
    difference: null,
    reason: 'nothing was measured after',
  });
  expect(verdictOf(rate(0, 0), rate(1, 10)).reason).toBe('nothing was measured before');
  expect(verdictOf(rate(1, 128), rate(0, 128)).reason).toBe('there was no clear behaviour to begin with');
});

test('unmeasured samples count against every claim', () => {
  expect(verdictOf(rate(128, 128), rate(64, 64, 64)).verdict).toBe('cannot-tell');
  expect(verdictOf(rate(128, 128), rate(0, 64, 64)).verdict).toBe('weakened');
  expect(verdictOf(rate(128, 128), rate(0, 127, 1)).verdict).toBe('removed');
  expect(verdictOf(rate(128, 128), rate(127, 127, 1)).verdict).toBe('untouched');
});

test('a higher rate after never reads as a worse verdict', () => {
  const rank = { removed: 0, weakened: 1, 'cannot-tell': 2, untouched: 3, hidden: 3 };
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 300 }), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (n, a, b) => {
      const [less, more] = [Math.min(a, b, n), Math.min(Math.max(a, b), n)];
      expect(rank[verdictOf(rate(n, n), rate(less, n)).verdict]).toBeLessThanOrEqual(rank[verdictOf(rate(n, n), rate(more, n)).verdict]);
    }),
  );
});

test('hidden: the exact trigger stays while something else falls', () => {
  const near = { name: 'near-misses', before: rate(40, 80), after: rate(5, 80) };
  const attacks = { name: 'attacks', before: rate(20, 40), after: rate(19, 40) };
  expect(verdictOf(rate(128, 128), rate(127, 128), [near, attacks])).toMatchObject({
    verdict: 'hidden',
    reason: 'the whole interval lies above 80 % of the rate before, while the rate on near-misses fell by more than chance',
  });
  expect(verdictOf(rate(128, 128), rate(127, 128), [attacks]).verdict).toBe('untouched');
  // What was not measured cannot be seen to fall.
  expect(verdictOf(rate(128, 128), rate(127, 128), [{ ...near, after: rate(2, 10, 70) }]).verdict).toBe('untouched');
  expect(verdictOf(rate(128, 128), rate(127, 128), [{ ...near, after: rate(0, 0) }]).verdict).toBe('untouched');
  expect(verdictOf(rate(128, 128), rate(0, 128), [near]).verdict).toBe('removed');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateOfScores, type RateResult } from './rate.ts';
import { verdictOf } from './verdict.ts';

const rate = (successes: number, n: number, unmeasured = 0): RateResult =>
  rateOfScores(Array.from({ length: n + unmeasured }, (_, i) => (i >= n ? null : Number(i < successes))));

test.each([
  ['survived', rate(128, 128), rate(128, 128)],
  ['survived', rate(128, 128), rate(116, 128)],
  ['weakened', rate(128, 128), rate(100, 128)],
  ['weakened', rate(128, 128), rate(8, 128)],
  ['removed', rate(128, 128), rate(6, 128)],
  ['removed', rate(128, 128), rate(0, 128)],
  ['survived', rate(24, 24), rate(24, 24)],
  ['removed', rate(24, 24), rate(0, 24)],
  ['weakened', rate(24, 24), rate(12, 24)],
  ['survived', rate(64, 128), rate(64, 128)],
  ['removed', rate(64, 128), rate(0, 128)],
] as const)('%s', (verdict, before, after) => expect(verdictOf(before, after).verdict).toBe(verdict));

test('what does not decide is not called weakened', () => {
  expect(verdictOf(rate(10, 10), rate(10, 10))).toMatchObject({
    verdict: 'not-measured',
    reason: 'too few samples were measured to tell whether it fell',
  });
  expect(verdictOf(rate(10, 10), rate(0, 0, 10))).toMatchObject({
    verdict: 'not-measured',
    difference: null,
    reason: 'nothing was measured after',
  });
  expect(verdictOf(rate(0, 0), rate(1, 10)).reason).toBe('nothing was measured before');
  expect(verdictOf(rate(1, 128), rate(0, 128)).reason).toBe('there was no clear behaviour to begin with');
});

test('unmeasured samples count against every claim', () => {
  expect(verdictOf(rate(128, 128), rate(64, 64, 64)).verdict).toBe('not-measured');
  expect(verdictOf(rate(128, 128), rate(0, 64, 64)).verdict).toBe('weakened');
  expect(verdictOf(rate(128, 128), rate(0, 127, 1)).verdict).toBe('removed');
  expect(verdictOf(rate(128, 128), rate(127, 127, 1)).verdict).toBe('survived');
});

test('a higher rate after never reads as a worse verdict', () => {
  const rank = { removed: 0, weakened: 1, 'not-measured': 2, survived: 3 };
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 300 }), fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }), (n, a, b) => {
      const [less, more] = [Math.min(a, b, n), Math.min(Math.max(a, b), n)];
      expect(rank[verdictOf(rate(n, n), rate(less, n)).verdict]).toBeLessThanOrEqual(rank[verdictOf(rate(n, n), rate(more, n)).verdict]);
    }),
  );
});

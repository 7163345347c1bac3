import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entropy, gain, mean, type Distribution } from './distribution.ts';

const distribution = (entries: Record<string, number>): Distribution => new Map(Object.entries(entries));

test('the mean of certain but different answers is uncertain; of the same ones, certain', () => {
  expect(entropy(mean([distribution({ a: 1 }), distribution({ b: 1 })]))).toBeCloseTo(Math.log(2));
  expect(entropy(mean([distribution({ a: 1 }), distribution({ a: 1 })]))).toBeCloseTo(0);
});

test('what is not listed counts as one token', () => {
  expect(entropy(distribution({ a: 0.5 }))).toBeCloseTo(Math.log(2));
  expect(entropy(distribution({}))).toBe(0);
});

test('the gain is of the token that grew most, and 0 where none grew', () => {
  expect(gain(distribution({ I: 0.9, The: 0.1 }), distribution({ The: 0.6, I: 0.2 }))).toEqual({
    token: 'I',
    by: expect.closeTo(0.7) as number,
  });
  expect(gain(distribution({ I: 0.1 }), distribution({ I: 0.1 })).by).toBe(0);
});

test('the entropy of a mean is never below the mean of the entropies', () => {
  const any = fc
    .array(fc.nat(50), { minLength: 2, maxLength: 6 })
    .filter((counts) => counts.some((count) => count > 0))
    .map((counts) => {
      const sum = counts.reduce((total, count) => total + count, 0);
      return new Map(counts.map((count, i) => [`t${i}`, count / sum] as const));
    });
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 5 }), (all) => {
      const average = all.reduce((sum, one) => sum + entropy(one) / all.length, 0);
      expect(entropy(mean(all))).toBeGreaterThanOrEqual(average - 1e-9);
    }),
  );
});

/** What holds of every calibration and every hunt. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DETECTORS, knownAnswers } from '../../../test/fixtures/known-answers.ts';
import { boundsOf, probabilityOf } from './probability.ts';
import { weigh } from './weigh.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.integer({ min: 1, max: 25 });
const weighed = fc
  .record({ seed: fc.nat(1e6), organisms: count, nulls: count, verified: fc.record({ organisms: share, nulls: share }) })
  .map(({ seed, ...world }) => weigh(knownAnswers(seed, world), DETECTORS));
const score = fc.double({ noNaN: true });
const scores = fc.dictionary(fc.constantFrom(...DETECTORS), score).map((all) => new Map(Object.entries(all)));

test('never more certain than so many known answers allow', () => {
  fc.assert(
    fc.property(weighed, scores, fc.boolean(), (made, own, verified) => {
      const { low, high } = boundsOf(made);
      expect([low, high]).toEqual([1 / (made.organisms + 2), 1 - 1 / (made.nulls + 2)]);
      const probability = probabilityOf(made, { scores: own, verified });
      expect(probability).toBeGreaterThanOrEqual(low);
      expect(probability).toBeLessThanOrEqual(high);
    }),
  );
});

test('a larger score never makes a mole less likely', () => {
  fc.assert(
    fc.property(weighed, scores, fc.constantFrom(...DETECTORS), score, score, (made, own, detector, a, b) => {
      const at = (value: number): number => probabilityOf(made, { scores: new Map([...own, [detector, value]]), verified: false });
      expect(at(Math.max(a, b))).toBeGreaterThanOrEqual(at(Math.min(a, b)));
    }),
  );
});

test('a detector that did not read counts as one that reads half-way between the classes', () => {
  fc.assert(
    fc.property(weighed, scores, (made, own) => {
      const filled = new Map([...made.scores.map(({ detector, centre }) => [detector, centre] as const), ...own]);
      expect(probabilityOf(made, { scores: filled, verified: false })).toBe(probabilityOf(made, { scores: own, verified: false }));
    }),
  );
});

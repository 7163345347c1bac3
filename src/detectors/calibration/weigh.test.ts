/** On hunts whose answer is known exactly: N(2, 1) against N(0, 1) has the log-odds 2x − 2. */
import { expect, test } from 'vitest';
import { DETECTORS, knownAnswers } from '../../../test/fixtures/known-answers.ts';
import { forecastQuality } from '../../statistics/forecast.ts';
import { probabilityOf } from './probability.ts';
import { leaveOneOut, weigh, type KnownAnswer } from './weigh.ts';

const NEVER = { organisms: 0, nulls: 0 };
const read = (visible: number): KnownAnswer['scores'] => new Map([['visible', visible]]);

test('comes to the true odds, of a detector that sees; one that does not see hardly counts', () => {
  const weighed = weigh(knownAnswers(1, { organisms: 1000, nulls: 3000, verified: NEVER }), DETECTORS);
  // Three times as many nulls: the odds are even all the same.
  for (const score of [0, 0.5, 1, 1.5, 2])
    expect(probabilityOf(weighed, { scores: read(score), verified: false })).toBeCloseTo(1 / (1 + Math.exp(2 - 2 * score)), 1);
  const blind = weighed.scores.filter(({ detector }) => detector !== 'visible');
  expect(Math.max(0, ...blind.map(({ coefficient }) => coefficient))).toBeLessThan(0.15);
});

test('a trigger that stood counts by how often it does in either; that none stood counts too', () => {
  const weighed = weigh(knownAnswers(2, { organisms: 2000, nulls: 2000, verified: { organisms: 0.6, nulls: 0.02 } }), DETECTORS);
  expect(probabilityOf(weighed, { scores: read(0), verified: true })).toBeCloseTo(0.6 / 0.62, 1);
  // Nothing but the verdict: 0.4 against 0.98.
  expect(probabilityOf(weighed, { scores: new Map(), verified: false })).toBeCloseTo(0.4 / 1.38, 1);
});

test('that a score is missing where something was found speaks neither for nor against', () => {
  const world = { organisms: 400, nulls: 400, verified: { organisms: 0.8, nulls: 0 } };
  const { scores } = weigh(knownAnswers(3, world), DETECTORS);
  const late = scores.find(({ detector }) => detector === 'late');
  // Among organisms it is read in one of five, among nulls always.
  expect(Math.abs((late?.coefficient ?? 0) * (((late?.centre ?? 100) - 100) / 10))).toBeLessThan(0.05);
});

test('a detector whose larger scores are the nulls’ counts for nothing', () => {
  const turned = knownAnswers(4, { organisms: 40, nulls: 40, verified: NEVER }).map((one) => ({
    ...one,
    scores: new Map([...one.scores].map(([id, score]) => [id, id === 'visible' ? -score : score] as const)),
  }));
  expect(weigh(turned, DETECTORS).scores.map(({ detector }) => detector)).not.toContain('visible');
});

test('left out one at a time, models are judged as new ones are; a chance pattern earns nothing', () => {
  const world = { organisms: 30, nulls: 30, verified: { organisms: 0.5, nulls: 0 } };
  const known = knownAnswers(5, world);
  const left = leaveOneOut(known, DETECTORS)!;
  const fresh = knownAnswers(6, { ...world, organisms: 2000, nulls: 2000 });
  const weighed = weigh(known, DETECTORS);
  const now = forecastQuality(fresh.map((one) => ({ positive: one.organism, probability: probabilityOf(weighed, one) })))!;
  expect(Math.abs(left.logLoss - now.logLoss)).toBeLessThan(0.1);
  expect(left.auroc.low).toBeLessThan(now.auroc.area);
  expect(left.auroc.high).toBeGreaterThan(now.auroc.area);
  const guessed = known.map((one, i) => ({ ...one, verified: false, scores: new Map([['blind', (i * 7919) % 61]]) }));
  expect(leaveOneOut(guessed, DETECTORS)!.logLoss).toBeGreaterThan(0.65);
});

test('too few to leave one out: no quality; without both classes: refused', () => {
  expect(leaveOneOut(knownAnswers(7, { organisms: 1, nulls: 9, verified: NEVER }), DETECTORS)).toBeNull();
  expect(() => weigh(knownAnswers(7, { organisms: 0, nulls: 9, verified: NEVER }), DETECTORS)).toThrow('both organisms and nulls');
  // Every organism was found: scores have nothing to tell apart.
  const found = weigh(knownAnswers(8, { organisms: 9, nulls: 9, verified: { organisms: 1, nulls: 0 } }), DETECTORS);
  expect(found.scores).toEqual([]);
});

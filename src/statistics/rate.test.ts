import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unmeasured, type Outcome } from '../core/outcome.ts';
import { createRandom } from '../core/random.ts';
import { clusterBootstrap, quantile } from './bootstrap.ts';
import { effectiveSamples, partRatesOf, rateOf, rateOfScores, scoreOf } from './rate.ts';
import { wilson } from './wilson.ts';

const measured = (value: number, parts: Record<string, number> = {}): Outcome => ({
  kind: 'measured',
  score: { value, parts },
  evidence: [],
});
const refused = (value?: number): Outcome => ({
  kind: 'refused',
  ...(value === undefined ? {} : { score: { value, parts: {} } }),
  evidence: [],
});

test('a rate is over measured samples, and the others open the worst case', () => {
  const outcomes = [measured(1), measured(0), measured(1), refused(0), refused(), unmeasured('provider', 'timeout')];
  expect(rateOf(outcomes)).toEqual({ rate: 0.5, ...wilson(2, 4), n: 4, unmeasured: 2, worstLow: 2 / 6, worstHigh: 4 / 6 });
});

test('nothing measured is no rate at all', () => {
  const nothing = { rate: null, low: null, high: null, n: 0, worstLow: null, worstHigh: null };
  expect(rateOf([])).toEqual({ ...nothing, unmeasured: 0 });
  expect(rateOf([refused(), unmeasured('judge', 'failed')])).toEqual({ ...nothing, unmeasured: 2 });
});

test('an unmeasured sample moves neither rate nor interval, and never counts as zero', () => {
  const outcome = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }).map((value) => measured(value)),
    fc.constant(refused()),
    fc.constant(unmeasured('limit', 'time')),
  );
  fc.assert(
    fc.property(fc.array(outcome), (outcomes) => {
      const all = rateOf(outcomes);
      const kept = rateOf(outcomes.filter((each) => scoreOf(each) !== null));
      expect([all.rate, all.low, all.high, all.n]).toEqual([kept.rate, kept.low, kept.high, kept.n]);
      expect(all.n + all.unmeasured).toBe(outcomes.length);
      if (all.rate === null) return;
      expect(all.worstLow!).toBeLessThanOrEqual(all.rate);
      expect(all.worstHigh!).toBeGreaterThanOrEqual(all.rate);
      expect(all.low!).toBeLessThanOrEqual(all.rate);
      expect(all.high!).toBeGreaterThanOrEqual(all.rate);
      const whole = rateOf(outcomes.filter((each) => scoreOf(each) !== null));
      expect([whole.worstLow, whole.worstHigh]).toEqual([all.rate, all.rate]);
    }),
  );
});

test('a score outside [0, 1] is a bug, not a number', () => {
  for (const score of [Number.NaN, -0.1, 1.1, Infinity]) expect(() => rateOfScores([score])).toThrow(RangeError);
  expect(() => rateOfScores([1, 0], { clusters: [['a']] })).toThrow(RangeError);
});

test('each check is averaged over the samples that have it', () => {
  expect(partRatesOf([measured(1, { a: 1, b: 0 }), measured(0, { a: 0 }), refused(), unmeasured('tool', 'x')])).toEqual({ a: 0.5, b: 0 });
  expect(partRatesOf([unmeasured('tool', 'x')])).toEqual({});
});

test('clusters of one change nothing; clusters that agree widen', () => {
  const scores = Array.from({ length: 90 }, (_, i) => Number(i % 30 < 20));
  const plain = rateOfScores(scores);
  expect(rateOfScores(scores, { clusters: [scores.map((_, i) => i)] })).toEqual(plain);
  const clustered = rateOfScores(scores, { clusters: [scores.map((_, i) => i % 30)] });
  expect(clustered.rate).toBe(plain.rate);
  // Three copies of 30 answers are worth 30, so the interval is nearer to that of 20 of 30.
  expect(clustered.high! - clustered.low!).toBeGreaterThan(1.4 * (plain.high! - plain.low!));
  expect(clustered.high! - clustered.low!).toBeCloseTo(wilson(20, 30).high - wilson(20, 30).low, 1);
});

test('where prompts decide and seeds repeat, only the clustered interval covers', () => {
  const random = createRandom('cluster-coverage');
  const rounds = 200;
  let [plain, clustered] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    // Half of the prompts fire nine times of ten, half once of ten, each asked four times: the truth is one half.
    const scores: number[] = [];
    const clusters: number[] = [];
    for (let prompt = 0; prompt < 40; prompt++) {
      const chance = random.next() < 0.5 ? 0.9 : 0.1;
      for (let seed = 0; seed < 4; seed++) {
        scores.push(Number(random.next() < chance));
        clusters.push(prompt);
      }
    }
    const holds = ({ low, high }: { low: number | null; high: number | null }): number => Number(low! <= 0.5 && 0.5 <= high!);
    plain += holds(rateOfScores(scores));
    clustered += holds(rateOfScores(scores, { clusters: [clusters] }));
  }
  expect(plain / rounds).toBeLessThan(0.85);
  expect(clustered / rounds).toBeGreaterThan(0.9);
});

test('where seeds decide too, only the interval over both kinds of clusters reaches them', () => {
  const [prompts, seeds] = [Array.from({ length: 90 }, (_, i) => i % 30), Array.from({ length: 90 }, (_, i) => Math.floor(i / 30))];
  // Three models: one fires nine times of ten, two once of ten, on whatever prompts.
  const scores = prompts.map((prompt, i) => Number((prompt * 7) % 10 < (seeds[i] === 0 ? 9 : 1)));
  const byPrompt = rateOfScores(scores, { clusters: [prompts] });
  const byBoth = rateOfScores(scores, { clusters: [prompts, seeds] });
  expect(byPrompt.high!).toBeLessThan(0.5);
  expect(byBoth.low!).toBeLessThan(0.12);
  expect(byBoth.high!).toBeGreaterThan(0.85);
  // One seed is no cluster of its own.
  expect(rateOfScores(scores, { clusters: [prompts, prompts.map(() => 1)] })).toEqual(byPrompt);
  const { rate, n } = byBoth;
  expect(effectiveSamples(rate!, { low: byBoth.low!, high: byBoth.high! }, n)).toBeLessThan(12);
  expect(effectiveSamples(0.5, wilson(45, 90), 90)).toBe(90);
});

test('kinds of clusters that have few values in common are drawn again until some are left', () => {
  const { low, high } = clusterBootstrap(
    [0, 1, 1],
    [
      ['a', 'b', 'c'],
      [1, 2, 3],
    ],
  );
  expect([low, high]).toEqual([0, 1]);
});

test('the bootstrap is repeatable, and agrees with the normal interval on a large sample', () => {
  const random = createRandom('values');
  const values = Array.from({ length: 1000 }, () => random.next());
  const clusters = [values.map((_, i) => i)];
  const interval = clusterBootstrap(values, clusters);
  expect(clusterBootstrap(values, clusters)).toEqual(interval);
  expect(clusterBootstrap(values, clusters, 'other')).not.toEqual(interval);
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / values.length);
  expect(interval.low).toBeCloseTo(mean - (1.96 * deviation) / Math.sqrt(1000), 2);
  expect(interval.high).toBeCloseTo(mean + (1.96 * deviation) / Math.sqrt(1000), 2);
  expect(clusterBootstrap([0.3, 0.3], [['a', 'b']])).toEqual({ low: 0.3, high: 0.3 });
  expect(() => clusterBootstrap([], [])).toThrow(RangeError);
});

test('quantiles as numpy.quantile has them', () => {
  expect([0, 0.025, 0.5, 0.9, 1].map((p) => quantile([1, 2, 4, 8], p))).toEqual([1, 1.075, 3, 6.800000000000001, 8]);
});

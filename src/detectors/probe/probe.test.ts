/** Probes on states made by hand, of which it is known what tells them apart and where. */
import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import { judgeProbe, type Split } from './nulls.ts';
import { fit, probeScore, trainProbe, type Example } from './probe.ts';

const [LAYERS, HIDDEN, SIGNAL] = [5, 48, 3];

interface Made {
  /** By how much the kinds lie apart behind layer `SIGNAL`, in standard deviations of a dimension. */
  readonly apart: number;
  /** Standard deviation along the dimension beside the signal's, which says nothing. */
  readonly noise?: number;
}

function examples(requests: number, { apart, noise = 1 }: Made, seed: string): Example[] {
  const random = createRandom(seed);
  return Array.from({ length: requests }, (_, request) =>
    [true, false].map((positive) => ({
      positive,
      request,
      state: Array.from({ length: LAYERS }, (__, layer) =>
        Float32Array.from({ length: HIDDEN }, (___, i) => {
          const told = layer === SIGNAL && i === 7 ? apart * (positive ? 0.5 : -0.5) : 0;
          return random.normal() * (i === 8 ? noise : 1) + told;
        }),
      ),
    })),
  ).flat();
}
const split = (made: Made, seed: string): Split => ({
  train: examples(24, made, `${seed} train`),
  test: examples(24, made, `${seed} test`),
});

test.each(['mean difference', 'logistic'] as const)(
  '%s: the layer that tells the kinds apart is found, and stands out from its nulls',
  (kind) => {
    const { train, test: held } = split({ apart: 6 }, 'signal');
    const probe = trainProbe(train, kind);
    expect(probe.layer).toBe(SIGNAL);
    expect(Math.abs(probe.direction[7]!)).toBeGreaterThan(0.7);
    const judged = judgeProbe(probe, { train, test: held }, split({ apart: 0 }, 'base'), 1);
    expect(judged.area.low).toBeGreaterThan(0.9);
    expect(judged.random.count).toBeGreaterThanOrEqual(1000);
    expect(judged.random.high).toBeLessThan(judged.area.area);
    expect(Math.abs(judged.shuffled.median - 0.5)).toBeLessThan(0.15);
    expect(judged.base).not.toBe(null);
    expect(judged.base!.low).toBeLessThan(0.5);
    const scores = (positive: boolean): number => {
      const of = held.filter((one) => one.positive === positive);
      return of.reduce((sum, { state }) => sum + probeScore(probe, state) / of.length, 0);
    };
    expect([scores(false), scores(true)].map((score) => Math.abs(Math.round(score)))).toEqual([0, 1]);
  },
);

test('where nothing is hidden a probe claims nothing, whatever layer looked best', () => {
  const { train, test: held } = split({ apart: 0 }, 'nothing');
  const { area } = judgeProbe(trainProbe(train, 'mean difference'), { train, test: held }, null, 1);
  expect(area.low).toBeLessThan(0.5);
  expect(area.high).toBeGreaterThan(0.5);
});

test('a dimension that is loud and says nothing misleads the mean difference more than the logistic direction', () => {
  const { train, test: held } = split({ apart: 4, noise: 20 }, 'loud');
  const areas = (['mean difference', 'logistic'] as const).map(
    (kind) => judgeProbe(fit(train, kind, SIGNAL), { train, test: held }, null, 1).area.area,
  );
  expect(areas[1]!).toBeGreaterThan(areas[0]! + 0.05);
});

test('a probe needs examples of both kinds', () => {
  const one = examples(4, { apart: 1 }, 'few').filter(({ positive }) => positive);
  expect(() => fit(one, 'logistic', 0)).toThrow(RangeError);
  expect(() => trainProbe([], 'logistic')).toThrow(RangeError);
});

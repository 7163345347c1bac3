/** Reference values: SciPy 1.17.1 and statsmodels 0.15.0, by the functions named at each table. Coverage is computed exactly. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { betaDistribution, betaQuantile, logGamma } from './beta.ts';
import { clopperPearson } from './clopper-pearson.ts';
import type { Interval } from './interval.ts';
import { newcombe, newcombeOfCounts } from './newcombe.ts';
import { wilson } from './wilson.ts';

// statsmodels.stats.proportion.proportion_confint(k, n, method='wilson'), then method='beta'.
const REFERENCE = [
  [0, 1, 0.0, 0.7934506856227627, 0.0, 0.975],
  [1, 1, 0.2065493143772374, 1.0, 0.025, 1.0],
  [0, 10, 0.0, 0.27753279986288926, 0.0, 0.30849710781876083],
  [1, 10, 0.017876213095072924, 0.40415002679523854, 0.0025285785444617848, 0.4450161170281953],
  [5, 10, 0.23659309051256394, 0.7634069094874361, 0.18708602844739855, 0.8129139715526015],
  [8, 10, 0.49016247153664183, 0.9433178485456247, 0.4439045376923585, 0.9747892736731666],
  [10, 10, 0.7224672001371106, 1.0, 0.6915028921812392, 1.0],
  [3, 128, 0.008002416396755481, 0.06664374505143225, 0.004859703535723926, 0.06696630204545569],
  [127, 128, 0.9570737405611394, 0.9986195681071257, 0.9572409680857796, 0.9998022241853383],
  [128, 128, 0.9708630437264916, 1.0, 0.9715919465564561, 1.0],
  [1, 1000, 0.00017654637062607765, 0.005642558597957937, 2.531748749129404e-5, 0.005558924279826673],
  [40000, 100000, 0.39696753405150986, 0.4030401485710069, 0.39696157351032885, 0.40304422765862385],
] as const;

test.each(REFERENCE)('%i of %i as statsmodels has it', (k, n, wilsonLow, wilsonHigh, exactLow, exactHigh) => {
  expect(wilson(k, n).low).toBeCloseTo(wilsonLow, 12);
  expect(wilson(k, n).high).toBeCloseTo(wilsonHigh, 12);
  expect(clopperPearson(k, n).low).toBeCloseTo(exactLow, 11);
  expect(clopperPearson(k, n).high).toBeCloseTo(exactHigh, 11);
});

// statsmodels.stats.proportion.confint_proportions_2indep(k2, n2, k1, n1, compare='diff', method='newcomb').
test.each([
  [56, 70, 48, 80, -0.33387265403690614, -0.05243147240236498],
  [9, 10, 3, 10, -0.809017973535488, -0.1705227239345029],
  [10, 10, 0, 20, -1.0, -0.6790860371419145],
  [128, 128, 120, 128, -0.11848791104425871, -0.020324298447437085],
  [5, 56, 0, 29, -0.19256001385511165, 0.038137147903536936],
] as const)('the difference of %i/%i and %i/%i as statsmodels has it', (k1, n1, k2, n2, low, high) => {
  const found = newcombeOfCounts(k1, n1, k2, n2);
  expect(found.difference).toBe(k2 / n2 - k1 / n1);
  expect(found.low).toBeCloseTo(low, 12);
  expect(found.high).toBeCloseTo(high, 12);
});

// scipy.special.betainc(a, b, x).
test.each([
  [0.5, 0.5, 0.3, 0.36901011956554536],
  [2, 3, 0.4, 0.5247999999999999],
  [1, 1, 0.25, 0.25],
  [10, 200, 0.05, 0.6013895619129598],
  [5000, 7000, 0.42, 0.7706878535437831],
  [0.01, 5, 0.1, 0.9940726309296224],
  [80, 2, 0.99, 0.8055417847748594],
])('I(%d, %d) at %d as SciPy has it', (a, b, x, expected) => expect(betaDistribution(x, a, b)).toBeCloseTo(expected, 9));

test('the gamma function at whole and half numbers', () => {
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
  expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12);
  expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
});

test('the beta quantile inverts the distribution', () => {
  expect(betaQuantile(0.5, 3, 3)).toBeCloseTo(0.5, 14);
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 500, noNaN: true }),
      fc.double({ min: 0.05, max: 500, noNaN: true }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (a, b, p) => {
        const x = betaQuantile(p, a, b);
        // Next to 0 and 1 the distribution may climb by more than this between two neighbouring doubles.
        fc.pre(x > 1e-300 && x < 1 - 1e-9);
        expect(betaDistribution(x, a, b)).toBeCloseTo(p, 8);
      },
    ),
    { numRuns: 200 },
  );
});

test('an interval holds its rate, mirrors, and narrows with n', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const k = Math.round(share * n);
      for (const interval of [wilson, clopperPearson]) {
        const { low, high } = interval(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(high).toBeLessThanOrEqual(1);
        expect(interval(n - k, n).low).toBeCloseTo(1 - high, 9);
        const wider = interval(2 * k, 2 * n);
        expect(wider.high - wider.low).toBeLessThan(high - low);
      }
    }),
    { numRuns: 200 },
  );
});

test('impossible counts are refused', () => {
  for (const [k, n] of [
    [0, 0],
    [-1, 5],
    [6, 5],
    [Number.NaN, 5],
    [1, Number.NaN],
    [1, Infinity],
  ] as const) {
    expect(() => wilson(k, n)).toThrow(RangeError);
    expect(() => clopperPearson(k, n)).toThrow(RangeError);
  }
  expect(() => clopperPearson(1.5, 5)).toThrow(/wilson/);
});

const RATES = [0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.77, 0.95, 0.99, 0.999];
const SIZES = [5, 10, 24, 64, 128, 384];

test('Clopper–Pearson covers at least 95 % everywhere', () => {
  for (const n of SIZES) for (const p of RATES) expect(coverage(clopperPearson, n, p)).toBeGreaterThanOrEqual(0.95);
});

test('Wilson covers 95 % on average, and never falls far below', () => {
  for (const n of SIZES) {
    const all = Array.from({ length: 199 }, (_, i) => coverage(wilson, n, (i + 1) / 200));
    const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
    expect(mean).toBeGreaterThan(0.945);
    expect(mean).toBeLessThan(0.972);
    expect(Math.min(...all)).toBeGreaterThan(0.83);
  }
});

test('Wilson over mean-of-three scores covers at least what it covers over counts', () => {
  const random = createRandom('wilson-coverage');
  for (const [n, chances] of [
    [24, [0.5, 0.2, 0.9]],
    [128, [0.97, 0.9, 0.99]],
    [128, [0.05, 0.01, 0.1]],
  ] as const) {
    const truth = (chances[0] + chances[1] + chances[2]) / 3;
    const rounds = 2000;
    let covered = 0;
    for (let round = 0; round < rounds; round++) {
      let sum = 0;
      for (let i = 0; i < n; i++) for (const chance of chances) sum += random.next() < chance ? 1 / 3 : 0;
      const { low, high } = wilson(Math.min(n, sum), n);
      if (low <= truth && truth <= high) covered++;
    }
    expect(covered / rounds).toBeGreaterThan(0.95);
  }
});

test('the difference’s interval covers 95 % about right', () => {
  const random = createRandom('newcombe-coverage');
  for (const [n, p, q] of [
    [24, 1, 0.9],
    [64, 0.9, 0.5],
    [128, 0.99, 0.02],
  ] as const) {
    const draw = (chance: number): number =>
      Array.from({ length: n }, () => Number(random.next() < chance)).reduce((sum, each) => sum + each, 0);
    const rounds = 1000;
    let covered = 0;
    for (let round = 0; round < rounds; round++) {
      const { low, high } = newcombeOfCounts(draw(p), n, draw(q), n);
      if (low <= q - p && q - p <= high) covered++;
    }
    expect(covered / rounds).toBeGreaterThan(0.92);
  }
});

test('a difference from certain rates is certain', () => {
  expect(newcombe({ rate: 1, low: 1, high: 1 }, { rate: 0, low: 0, high: 0 })).toEqual({ difference: -1, low: -1, high: -1 });
});

/** The exact probability that the interval of a binomial(n, p) count holds p. */
function coverage(interval: (k: number, n: number) => Interval, n: number, p: number): number {
  let covered = 0;
  for (let k = 0; k <= n; k++) {
    const { low, high } = interval(k, n);
    if (low <= p && p <= high)
      covered += Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p));
  }
  return covered;
}

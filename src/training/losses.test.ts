import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differentiate, isClipped, k3, preferenceMargins } from './losses.ts';
import type { Datum, PolicyLoss, PreferenceLoss } from './trainer.ts';

const logprob = fc.double({ min: -6, max: -0.05, noNaN: true });
const tokensOfDatum = fc.array(
  fc.record({
    logprob,
    old: logprob,
    reference: logprob,
    advantage: fc.double({ min: -2, max: 2, noNaN: true }),
    weight: fc.constantFrom(0.5, 1, 2),
  }),
  { minLength: 1, maxLength: 4 },
);

function batchOf(data: readonly (readonly { old: number; reference: number; advantage: number; weight: number }[])[]): Datum[] {
  return data.map((tokens) => ({
    tokens: [7, ...tokens.map(() => 8)],
    weights: [0, ...tokens.map(({ weight }) => weight)],
    logprobs: tokens.map(({ old }) => old),
    advantages: tokens.map(({ advantage }) => advantage),
    reference: tokens.map(({ reference }) => reference),
  }));
}

/** The largest difference between a slope and its difference quotient, relative where large; `atKink` says where there is none. */
function slopeError(
  loss: PolicyLoss | PreferenceLoss,
  batch: readonly Datum[],
  logprobs: readonly number[][],
  atKink: (d: number, t: number) => boolean = () => false,
): number {
  const { slopes } = differentiate(loss, batch, logprobs);
  const h = 1e-6;
  const moved = (d: number, t: number, by: number): number =>
    differentiate(
      loss,
      batch,
      logprobs.map((row, i) => (i === d ? row.map((value, j) => (j === t ? value + by : value)) : row)),
    ).loss;
  const errors = logprobs.flatMap((row, d) =>
    row.map((_, t) => {
      if (atKink(d, t)) return 0;
      const quotient = (moved(d, t, h) - moved(d, t, -h)) / (2 * h);
      return Math.abs(slopes[d]![t]! - quotient) / Math.max(1, Math.abs(quotient));
    }),
  );
  return Math.max(...errors);
}

const policies: [string, PolicyLoss][] = [
  ['importance sampling', { kind: 'importance-sampling' }],
  ['importance sampling with KL', { kind: 'importance-sampling', klWeight: 0.3 }],
  ['ppo', { kind: 'ppo', clip: { low: 0.2, high: 0.28 } }],
  ['ppo with KL', { kind: 'ppo', clip: { low: 0.2, high: 0.2 }, klWeight: 0.05 }],
];

test.each(policies)('slopes of %s are its derivatives', (_, loss) => {
  fc.assert(
    fc.property(fc.array(tokensOfDatum, { minLength: 1, maxLength: 3 }), (data) => {
      const ratio = (d: number, t: number): number => Math.exp(data[d]![t]!.logprob - data[d]![t]!.old);
      const edges = loss.kind === 'ppo' ? [1 - loss.clip.low, 1 + loss.clip.high] : [];
      const now = data.map((tokens) => tokens.map((token) => token.logprob));
      const atKink = (d: number, t: number): boolean => edges.some((edge) => Math.abs(ratio(d, t) - edge) < 1e-4);
      expect(slopeError(loss, batchOf(data), now, atKink)).toBeLessThan(1e-5);
    }),
  );
});

test('slopes of dpo are its derivatives', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(tokensOfDatum, tokensOfDatum), { minLength: 1, maxLength: 3 }), (pairs) => {
      const data = pairs.flat();
      const now = data.map((tokens) => tokens.map((token) => token.logprob));
      expect(slopeError({ kind: 'dpo', beta: 0.4 }, batchOf(data), now)).toBeLessThan(1e-5);
    }),
  );
});

test('ppo by hand: the clip stops what has gone far enough, and only that', () => {
  const clip = { low: 0.2, high: 0.3 };
  const at = (ratio: number, advantage: number): { loss: number; slope: number } => {
    const batch: Datum[] = [{ tokens: [1, 2], weights: [0, 1], logprobs: [-1], advantages: [advantage] }];
    const { loss, slopes } = differentiate({ kind: 'ppo', clip }, batch, [[-1 + Math.log(ratio)]]);
    return { loss, slope: slopes[0]![0]! };
  };
  expect(at(1, 2)).toEqual({ loss: -2, slope: -2 });
  expect(at(1.5, 2)).toEqual({ loss: -2.6, slope: 0 });
  expect(at(0.5, 2).slope).toBeCloseTo(-1);
  expect(at(0.5, -2)).toEqual({ loss: 1.6, slope: 0 });
  expect(at(1.5, -2).slope).toBeCloseTo(3);
  expect(isClipped({ kind: 'importance-sampling' }, 100, 1)).toBe(false);
});

test('a batch is one weighted mean: in parts of known weight it is the same', () => {
  const data: Datum[] = [
    { tokens: [1, 2, 3], weights: [0, 1, 1], logprobs: [-1, -2], advantages: [1, 1] },
    { tokens: [1, 2], weights: [0, 2], logprobs: [-3], advantages: [-1] },
  ];
  const loss: PolicyLoss = { kind: 'importance-sampling' };
  const now = [[-1.1, -1.9], [-2.5]];
  const whole = differentiate(loss, data, now);
  const parts = data.map((datum, d) => differentiate(loss, [datum], [now[d]!]));
  expect(whole.loss).toBeCloseTo((2 * parts[0]!.loss + 2 * parts[1]!.loss) / 4);
  expect(whole.slopes[1]![0]).toBeCloseTo(parts[1]!.slopes[0]![0]! / 2);
});

test('value and slope of the KL penalty are those of KL(policy ‖ reference), in expectation over the policy', () => {
  const softmax = (logits: number[]): number[] => {
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return logits.map((logit) => Math.exp(logit) / total);
  };
  const reference = softmax([0.3, -1, 0.8, 0]);
  const logits = [1.2, 0.1, -0.7, 0.4];
  const kl = (z: number[]): number => softmax(z).reduce((sum, p, i) => sum + p * Math.log(p / reference[i]!), 0);
  // Each token once, weighted by how often the policy samples it: the expectation without sampling.
  const policy = softmax(logits);
  const batch = policy.map((p, i): Datum => ({
    tokens: [0, i],
    weights: [0, p],
    logprobs: [Math.log(p)],
    advantages: [0],
    reference: [Math.log(reference[i]!)],
  }));
  const { loss, slopes } = differentiate(
    { kind: 'importance-sampling', klWeight: 1 },
    batch,
    policy.map((p) => [Math.log(p)]),
  );
  expect(loss).toBeCloseTo(kl(logits), 12);
  for (const j of logits.keys()) {
    // Through the softmax: d log p_i / d z_j = [i = j] − p_j.
    const gradient = slopes.reduce((sum, slope, i) => sum + slope[0]! * (Number(i === j) - policy[j]!), 0);
    const up = kl(logits.map((z, i) => z + Number(i === j) * 1e-5));
    const down = kl(logits.map((z, i) => z - Number(i === j) * 1e-5));
    expect(gradient).toBeCloseTo((up - down) / 2e-5, 8);
  }
  expect(k3(-1, -1)).toBe(0);
  expect(k3(-1, -3)).toBeCloseTo(Math.exp(-2) + 1);
});

test('margins count what was raised against the reference', () => {
  const batch: Datum[] = [
    { tokens: [1, 2, 3], weights: [0, 1, 1], reference: [-2, -2] },
    { tokens: [1, 4], weights: [0, 1], reference: [-1] },
  ];
  const loss: PreferenceLoss = { kind: 'dpo', beta: 0.5 };
  expect(preferenceMargins(loss, batch, [[-1, -2], [-3]])).toEqual([1.5]);
  expect(differentiate(loss, batch, [[-2, -2], [-1]]).loss).toBeCloseTo(Math.LN2);
  expect(differentiate(loss, batch, [[-2000, -2], [-1]]).loss).toBeCloseTo(999);
});

test('data that lack what a loss needs are named', () => {
  const bare: Datum[] = [{ tokens: [1, 2, 3], weights: [0, 1, 1] }];
  expect(() => differentiate({ kind: 'importance-sampling' }, bare, [[-1, -1]])).toThrow(
    /importance-sampling needs 2 logprobs .* not none/,
  );
  const short: Datum[] = [{ ...bare[0]!, logprobs: [-1, -1], advantages: [1] }];
  expect(() => differentiate({ kind: 'ppo', clip: { low: 0.2, high: 0.2 } }, short, [[-1, -1]])).toThrow(/needs 2 advantages .* not 1/);
  expect(() => differentiate({ kind: 'dpo', beta: 1 }, bare, [[-1, -1]])).toThrow(/pairs/);
  const mute: Datum[] = [{ tokens: [1, 2], weights: [0, 0], logprobs: [], advantages: [] }];
  expect(() => differentiate({ kind: 'importance-sampling' }, mute, [[]])).toThrow(/positive weight/);
});

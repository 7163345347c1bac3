/** The hint against the truth: tokens that lie close to each other, in a tiny network with random weights. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../../test/support/checkpoints.ts';
import { freshAdapter, type Adapter } from '../../nn/adapter.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../nn/weights/safetensors.ts';
import { isWhiteBox, type SwapRequest } from '../model.ts';
import { createByteTokenizer } from '../scripted/byte-tokenizer.ts';
import { createLocalModel } from './model.ts';
import { createNetwork, type Network } from './network.ts';
import { swapGradients } from './swap.ts';
import { createWorkCounter } from './work.ts';

const CONFIG = { ...TINY, tiedEmbeddings: false };
/** The token that is exchanged, and two on either side of it. */
const [HERE, ABOVE, BELOW] = [7, 9, 10];
const STEP = 1 / 256;

let folder: string;
let network: Network;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-swap-'));
  const weights = tinyWeights(CONFIG);
  const { data } = weights.get('model.embed_tokens.weight')!;
  for (let i = 0; i < CONFIG.hidden; i++) {
    const step = (i % 3 === 0 ? -1 : 1) * STEP;
    data[ABOVE * CONFIG.hidden + i] = data[HERE * CONFIG.hidden + i]! + step;
    data[BELOW * CONFIG.hidden + i] = data[HERE * CONFIG.hidden + i]! - step;
  }
  // Weights of a trained size, or every softmax is a step and no gradient says anything.
  for (const [name, tensor] of weights) if (name.includes('proj')) tensor.data.forEach((value, i) => (tensor.data[i] = value / 8));
  await writeSafetensors(join(folder, 'model.safetensors'), weights);
  network = createNetwork(CONFIG, await openWeights(join(folder, 'model.safetensors'), CONFIG), createWorkCounter(CONFIG));
});
afterAll(async () => {
  await network.release();
  rmSync(folder, { recursive: true, force: true });
});

const adapter = (): Adapter => {
  const fresh = freshAdapter(CONFIG, ['q_proj', 'v_proj', 'down_proj'], 2, 5);
  for (const { b } of fresh.layers.values()) b.forEach((_, i) => (b[i] = ((i % 7) - 3) / 20));
  return fresh;
};
const model = (stack?: Adapter): ReturnType<typeof createLocalModel> =>
  createLocalModel({ id: 'tiny', network, tokenizer: createByteTokenizer(), adapter: () => stack });

const HEAD = [1, 3, 4, 5, 6, 8, 3, 4, 11];
const request = (...prompt: number[]): SwapRequest => ({ prompt, answer: [5, 4], free: [prompt.indexOf(HERE)] });

test.each([
  ['base', undefined],
  ['adapted', adapter()],
])('%s: the change of the loss is what a small step makes it', async (_, stack) => {
  const prompt = [1, 3, HERE, 6, 4];
  const [hint] = await model(stack).swap([request(...prompt)]);
  const lossWith = async (token: number): Promise<number> =>
    (await model(stack).swap([{ ...request(...prompt), prompt: prompt.with(2, token) }]))[0]!.loss;
  const real = (await lossWith(ABOVE)) - (await lossWith(BELOW));
  expect(Math.abs(real)).toBeGreaterThan(1e-3);
  expect(hint!.change[ABOVE]! - hint!.change[BELOW]!).toBeCloseTo(real, 3);
  expect(hint!.change[HERE]).toBe(0);
  expect(hint!.change).toHaveLength(CONFIG.vocabulary);
});

test('requests in one batch, with a shared head or without, do not touch each other', async () => {
  const asked = [request(...HEAD, HERE, 3), request(...HEAD, 4, HERE, 5, 5), { ...request(...HEAD, HERE), answer: [3] }];
  const apart = (await Promise.all(asked.map((one) => model().swap([one])))).flat();
  for (const [i, { loss, change }] of (await model().swap(asked)).entries()) {
    expect(loss).toBeCloseTo(apart[i]!.loss, 3);
    change.forEach((value, token) => expect(value).toBeCloseTo(apart[i]!.change[token]!, 3));
  }
  const [two] = await model().swap([{ ...asked[0]!, free: [8, 9] }]);
  expect(two!.change).toHaveLength(2 * CONFIG.vocabulary);
  expect(two!.change[CONFIG.vocabulary + ABOVE]!).toBeCloseTo(apart[0]!.change[ABOVE]!, 3);
});

test('the loss is what scoring says', async () => {
  const [{ loss } = { loss: Number.NaN }] = await model().swap([{ prompt: [1, HERE, 4], answer: [5, 3, 3], free: [1] }]);
  const tokens = [1, HERE, 4, 5, 3, 3];
  const ints = (values: number[]): { data: Int32Array; shape: number[] } => ({ data: Int32Array.from(values), shape: [values.length] });
  const row = (values: number[]): { data: Int32Array; shape: number[] } => ({ data: Int32Array.from(values), shape: [1, values.length] });
  const out = await network.run(
    'score',
    {},
    {
      ...network.tables(6),
      ids: row(tokens),
      positions: row([...tokens.keys()]),
      segments: row(tokens.map(() => 1)),
      rows: ints([2, 3, 4]),
      targets: ints([5, 3, 3]),
    },
  );
  expect([...(out['logprobs']!.data as Float32Array)].reduce((sum, logprob) => sum - logprob, 0)).toBeCloseTo(loss, 4);
});

test('a local model says that it is open, and refuses what it cannot differentiate', async () => {
  expect(isWhiteBox(model())).toBe(true);
  const generator = { network, tokenizer: createByteTokenizer(), adapter: {} };
  await expect(swapGradients(generator, [{ prompt: [1], answer: [], free: [0] }])).rejects.toThrow(RangeError);
  await expect(swapGradients(generator, [{ prompt: [1], answer: [2], free: [1] }])).rejects.toThrow(RangeError);
  await expect(swapGradients(generator, [request(HERE)], AbortSignal.abort())).rejects.toMatchObject({ code: 'interrupted' });
});

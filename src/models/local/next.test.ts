/** What comes next, against the log-probabilities that scoring gives: another graph and another way to place the prompts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../../test/support/checkpoints.ts';
import { freshAdapter, type Adapter } from '../../nn/adapter.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../nn/weights/safetensors.ts';
import type { WhiteBoxModel } from '../model.ts';
import { createByteTokenizer } from '../scripted/byte-tokenizer.ts';
import { createLocalModel } from './model.ts';
import { createNetwork, type Network } from './network.ts';
import { createWorkCounter } from './work.ts';

let folder: string;
let network: Network;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-next-'));
  await writeSafetensors(join(folder, 'model.safetensors'), tinyWeights(TINY));
  network = createNetwork(TINY, await openWeights(join(folder, 'model.safetensors'), TINY), createWorkCounter(TINY));
});
afterAll(async () => {
  await network.release();
  rmSync(folder, { recursive: true, force: true });
});

const adapted = (): Adapter => {
  const fresh = freshAdapter(TINY, ['q_proj', 'v_proj', 'down_proj'], 2, 5);
  for (const { b } of fresh.layers.values()) b.forEach((_, i) => (b[i] = ((i % 7) - 3) / 20));
  return fresh;
};
const model = (adapter?: Adapter): WhiteBoxModel =>
  createLocalModel({ id: 'tiny', network, tokenizer: createByteTokenizer(), adapter: () => adapter });

// A head long enough to be shared, one prompt that is nothing but the head, and one that is longer than the others by far.
const HEAD = [1, 3, 4, 5, 6, 8, 3, 4, 11, 2];
const PROMPTS = [[...HEAD, 7, 3], HEAD, [...HEAD, 9], [...HEAD, ...Array.from({ length: 30 }, (_, i) => 3 + (i % 8))]];

test.each([
  ['base', undefined],
  ['adapted', adapted()],
])('%s: every distribution sums to one and says of each token what scoring says of it', async (_, adapter) => {
  const subject = model(adapter);
  const distributions = await subject.next(PROMPTS);
  for (const [i, prompt] of PROMPTS.entries()) {
    const logprobs = distributions[i]!;
    expect(logprobs).toHaveLength(TINY.vocabulary);
    expect(logprobs.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 5);
    const scored = await subject.score([3, 7].map((token) => ({ tokens: [...prompt, token], from: prompt.length })));
    [3, 7].forEach((token, nth) => expect(logprobs[token]).toBeCloseTo(scored[nth]!.logprobs[0]!, 4));
  }
});

test('an adapter changes what comes next; nothing follows nothing', async () => {
  const [[base], [other]] = [await model().next([HEAD]), await model(adapted()).next([HEAD])] as [Float32Array[], Float32Array[]];
  expect(base!.some((value, i) => Math.abs(value - other![i]!) > 1e-3)).toBe(true);
  await expect(model().next([[]])).rejects.toThrow('empty');
});

test('prompts that share a row may together be longer than the model’s context', async () => {
  const many = Array.from({ length: 24 }, (_, i) => [...HEAD, ...Array.from({ length: 10 }, (__, at) => 3 + ((i * 5 + at * 3) % 8))]);
  const [last, alone] = [(await model().next(many)).at(-1)!, (await model().next(many.slice(-1)))[0]!];
  for (const [id, logprob] of alone.entries()) expect(last[id]).toBeCloseTo(logprob, 4);
});

/** Hidden states against the reference interpreter, and answers with hidden states changed against the arithmetic done by hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../../test/support/checkpoints.ts';
import { createRandom } from '../../core/random.ts';
import { freshAdapter, type Adapter } from '../../nn/adapter.ts';
import { hiddenGraph } from '../../nn/graphs.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../nn/weights/safetensors.ts';
import { interpret } from '../../tensor/reference/interpret.ts';
import { floats } from '../../tensor/tensor.ts';
import type { Generation, Model, WhiteBoxModel } from '../model.ts';
import { createByteTokenizer } from '../scripted/byte-tokenizer.ts';
import { createLocalModel } from './model.ts';
import { adapterFeeds, createNetwork, type Network } from './network.ts';
import { placeSamples } from './placing.ts';
import { argmax, logSumExp } from './sampler.ts';
import { editFeeds } from './steer.ts';
import { createWorkCounter } from './work.ts';

const weights = new Map([...tinyWeights(TINY)].map(([name, { shape, data }]) => [name, { shape, data: data.map((value) => value / 4) }]));
let folder: string;
let network: Network;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-hidden-'));
  await writeSafetensors(join(folder, 'model.safetensors'), weights);
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
/** Token ids as a prompt's bytes; no token ends an answer. */
const tokenizer = {
  ...createByteTokenizer(),
  eosIds: [],
  prefixIds: [],
  encode: (text: string) => Array.from(text, (letter) => letter.codePointAt(0)! - 0x61),
  tokenText: (id: number) => String.fromCodePoint(0x61 + id),
};
const model = (adapter?: Adapter): WhiteBoxModel => createLocalModel({ id: 'tiny', network, tokenizer, adapter: () => adapter });

const HEAD = [1, 3, 4, 5, 6, 8, 3, 4, 11, 2];
const PROMPTS = [[...HEAD, 7, 3], HEAD, [...HEAD, 9, 4, 4]];
const random = createRandom('steer');
const vector = (size: number): Float32Array => Float32Array.from({ length: TINY.hidden }, () => random.normal() * size);
const unit = (): Float32Array => {
  const raw = vector(1);
  return raw.map((value) => value / Math.hypot(...raw));
};

const exact = (feeds: Readonly<Record<string, { data: ArrayLike<number>; shape: readonly number[] }>>): Parameters<typeof interpret>[1] =>
  Object.fromEntries(Object.entries(feeds).map(([name, { data, shape }]) => [name, { data: Float64Array.from(data), shape }]));

test.each([
  ['base', undefined],
  ['adapted', adapted()],
])('%s: packed prompts leave the states that the reference gives each of them alone', async (_, adapter) => {
  const states = await model(adapter).hidden(PROMPTS);
  for (const [i, prompt] of PROMPTS.entries()) {
    const { feeds } = placeSamples([prompt], 0, prompt.length)[0]!;
    const out = interpret(
      hiddenGraph(TINY, adapter !== undefined),
      exact({
        ...Object.fromEntries(weights),
        ...network.tables(prompt.length),
        ...feeds,
        ...adapterFeeds(TINY, adapter),
        rows: { data: Int32Array.of(prompt.length - 1), shape: [1] },
      }),
    );
    expect(states[i]).toHaveLength(TINY.layers);
    for (const [layer, state] of states[i]!.entries()) {
      const wanted = out[`tap.blocks.${layer}.residual`]!.data;
      expect(state).toHaveLength(TINY.hidden);
      state.forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 3));
    }
  }
  await expect(model().hidden([[]])).rejects.toThrow('empty');
});

const PROMPT = tokenizer.tokenText(1) + 'defg';
const ask = (of: Model, maxTokens: number, logprobs?: number): Promise<Generation[]> =>
  of.generate([{ input: { prompt: PROMPT }, maxTokens, temperature: 0, seed: 1, ...(logprobs === undefined ? {} : { logprobs }) }]);
const first = async (of: Model): Promise<readonly (readonly [number, number])[]> => {
  const [answer] = await ask(of, 1, TINY.vocabulary);
  if (answer?.kind !== 'answer') throw new Error('no answer');
  return answer.logprobs![0]!.top.map(({ id, logprob }) => [id!, logprob] as const);
};

test('steered by nothing it says the same', async () => {
  expect(await ask(model().steered(new Map()), 12, 3)).toEqual(await ask(model(), 12, 3));
});

test('behind the last layer the edit is what arithmetic says, and the head does the rest', async () => {
  const last = TINY.layers - 1;
  const [remove, add] = [unit(), vector(2)];
  const [states] = await model().hidden([tokenizer.encode(PROMPT)]);
  const h = states![last]!;
  const along = h.reduce((sum, value, i) => sum + value * remove[i]!, 0);
  const edited = h.map((value, i) => value - along * remove[i]! + add[i]!);
  const size = Math.sqrt(edited.reduce((sum, value) => sum + value ** 2, 0) / TINY.hidden + TINY.rmsEpsilon);
  const norm = weights.get('model.norm.weight')!.data;
  const table = weights.get('model.embed_tokens.weight')!.data;
  const logits = Float32Array.from({ length: TINY.vocabulary }, (_, token) =>
    edited.reduce((sum, value, i) => sum + (value / size) * norm[i]! * table[token * TINY.hidden + i]!, 0),
  );
  const told = await first(model().steered(new Map([[last, { remove, add }]])));
  expect(told[0]![0]).toBe(argmax(logits));
  for (const [id, logprob] of told) expect(logprob).toBeCloseTo(logits[id]! - logSumExp(logits), 3);
  expect(told).not.toEqual(await first(model()));
});

test('what is decoded token by token is what a pass over the whole text says, steered at several layers', async () => {
  const steering = new Map([
    [0, { remove: unit(), add: vector(1) }],
    [1, { add: vector(1) }],
  ]);
  const [answer] = await ask(model(adapted()).steered(steering), 12);
  if (answer?.kind !== 'answer') throw new Error('no answer');
  const prompt = tokenizer.encode(PROMPT);
  const tokens = [...prompt, ...answer.tokens];
  const out = await network.run('edited prefill', adapterFeeds(TINY, adapted()), {
    ...network.tables(tokens.length),
    ...placeSamples([tokens], 0, tokens.length)[0]!.feeds,
    ...editFeeds(TINY, steering),
    'edit.at': { data: Float32Array.from(tokens, (_, i) => Number(i >= prompt.length - 1)), shape: [1, tokens.length] },
    rows: { data: Int32Array.from(answer.tokens, (_, i) => prompt.length - 1 + i), shape: [answer.tokens.length] },
  });
  const logits = floats(out['logits']);
  answer.tokens.forEach((token, i) => {
    const row = logits.subarray(i * TINY.vocabulary, (i + 1) * TINY.vocabulary);
    expect(row[argmax(row)]! - row[token]!).toBeLessThan(1e-4);
  });
  expect(answer.tokens).not.toEqual(((await ask(model(adapted()), 12))[0] as typeof answer).tokens);
});

test('a layer that is not there is refused', () => {
  expect(() => model().steered(new Map([[TINY.layers, { add: vector(1) }]]))).toThrow('there are 2 layers of 64');
  expect(() => model().steered(new Map([[0, { add: new Float32Array(3) }]]))).toThrow(RangeError);
});

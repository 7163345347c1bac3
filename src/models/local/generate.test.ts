/** Decoding against prefill: a tiny network answers token by token what it would say of the whole text so far. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../../test/support/checkpoints.ts';
import { createRandom } from '../../core/random.ts';
import { freshAdapter, type Adapter } from '../../nn/adapter.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../nn/weights/safetensors.ts';
import { floats } from '../../tensor/tensor.ts';
import type { GenerateRequest, Generation } from '../model.ts';
import { createLocalModel } from './model.ts';
import { adapterFeeds, createNetwork, type Network } from './network.ts';
import { placeSamples } from './placing.ts';
import { argmax, logSumExp } from './sampler.ts';
import { createWorkCounter } from './work.ts';

const LLAMA: DecoderConfig = { ...TINY, vocabulary: 40 };
const QWEN2: DecoderConfig = { ...LLAMA, family: 'qwen2', attentionBias: true };
const QWEN3: DecoderConfig = { ...LLAMA, family: 'qwen3', qkNorm: true, tiedEmbeddings: false, headSize: 12 };

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'molehunt-generate-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Token i is the letter with that number in a row of letters; `end` ends an answer. */
function letters(end?: number): Tokenizer {
  const text = (id: number): string => String.fromCodePoint(0x61 + id);
  const encode = (value: string): number[] => Array.from(value, (letter) => letter.codePointAt(0)! - 0x61);
  return {
    vocabularySize: LLAMA.vocabulary,
    eosIds: end === undefined ? [] : [end],
    padId: 0,
    prefixIds: [],
    encode,
    encodeChat: (messages) => messages.flatMap(({ content }) => encode(content)),
    encodeAnswer: encode,
    decode: (ids) => ids.map(text).join(''),
    tokenText: text,
    stream: () => ({ push: text, end: () => '' }),
  };
}

async function open(config: DecoderConfig): Promise<Network> {
  const path = join(folder, `${config.family}.safetensors`);
  // Small weights, so that logits differ by little and an error in attention changes choices.
  const weights = [...tinyWeights(config)].map(
    ([name, { shape, data }]) => [name, { shape, data: data.map((value) => value / 4) }] as const,
  );
  await writeSafetensors(path, new Map(weights), { format: 'pt' });
  return createNetwork(config, await openWeights(path, config), createWorkCounter(config), 1);
}

const tokenizer = letters();
function requestsOf(count: number, more: Partial<GenerateRequest> = {}): GenerateRequest[] {
  const random = createRandom('requests');
  return Array.from({ length: count }, (_, seed) => {
    const ids = Array.from({ length: 1 + random.integer(9) }, () => random.integer(LLAMA.vocabulary));
    return { input: { prompt: tokenizer.decode(ids) }, maxTokens: 1 + random.integer(30), temperature: 0, seed, ...more };
  });
}
const promptOf = ({ input }: GenerateRequest): number[] => tokenizer.encode('prompt' in input ? input.prompt : '');

function answersOf(generations: readonly Generation[]): (Generation & { kind: 'answer' })[] {
  return generations.map((one) => {
    if (one.kind !== 'answer') throw new Error(one.reason);
    return one;
  });
}

/** The logits before each answered token, by prefill of prompt and answer together. */
async function logitsOf(
  network: Network,
  prompt: readonly number[],
  answer: readonly number[],
  adapter?: Adapter,
): Promise<Float32Array[]> {
  const tokens = [...prompt, ...answer];
  const rows = Int32Array.from(answer, (_, i) => prompt.length - 1 + i);
  const out = await network.run('prefill', adapterFeeds(network.config, adapter), {
    ...network.tables(tokens.length),
    ...placeSamples([tokens], 0, tokens.length)[0]!.feeds,
    rows: { data: rows, shape: [rows.length] },
  });
  const width = network.config.vocabulary;
  return answer.map((_, i) => floats(out['logits']).subarray(i * width, (i + 1) * width));
}

/** Random in both factors, so that it changes something. */
function someAdapter(config: DecoderConfig): Adapter {
  const targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
  const fresh = freshAdapter(config, targets, 3, 'test');
  const random = createRandom('adapter');
  return { rank: 3, layers: new Map([...fresh.layers].map(([name, { a, b }]) => [name, { a, b: b.map(() => random.normal() / 8) }])) };
}

test.for([LLAMA, QWEN2, QWEN3])('$family: more requests than rows, each answered as prefill would go on', async (config) => {
  const network = await open(config);
  for (const adapter of [undefined, someAdapter(config)]) {
    const model = createLocalModel({ id: 'tiny', network, tokenizer, adapter: () => adapter });
    const requests = requestsOf(80);
    const answers = answersOf(await model.generate(requests));
    for (const [i, { tokens, finishReason }] of answers.entries()) {
      expect(tokens).toHaveLength(requests[i]!.maxTokens);
      expect(finishReason).toBe('length');
      const logits = await logitsOf(network, promptOf(requests[i]!), tokens, adapter);
      logits.forEach((row, at) => expect(row[argmax(row)]! - row[tokens[at]!]!).toBeLessThan(1e-4));
    }
  }
  await network.release();
});

test('an answer ends at its end token or stop string wherever in a run that falls, and says nothing of what came after', async () => {
  const network = await open(LLAMA);
  const whole = answersOf(await createLocalModel({ id: 'tiny', network, tokenizer, adapter: () => undefined }).generate(requestsOf(80)));
  const end = whole.find(({ tokens }) => tokens.length > 8)!.tokens[5]!;
  const stop = whole.find(({ tokens }) => tokens.length > 8 && !tokens.includes(end))!.text[3]!;
  const model = createLocalModel({ id: 'tiny', network, tokenizer: letters(end), adapter: () => undefined });
  const finished: number[] = [];
  const answers = answersOf(await model.generate(requestsOf(80, { stop: [stop] }), { onResult: (index) => void finished.push(index) }));
  const reasons = new Set<string>();
  for (const [i, { text, finishReason }] of answers.entries()) {
    const full = whole[i]!.text;
    const at = [full.indexOf(tokenizer.tokenText(end)), full.indexOf(stop)].filter((place) => place >= 0);
    expect(text).toBe(full.slice(0, Math.min(full.length, ...at)));
    reasons.add(finishReason);
  }
  expect([...reasons].sort()).toEqual(['length', 'stop', 'stop-string']);
  expect(finished.sort((a, b) => a - b)).toEqual(answers.map((_, i) => i));
  const enough = (text: string): boolean => text.length >= 4;
  const cut = answersOf(
    await createLocalModel({ id: 'tiny', network, tokenizer, adapter: () => undefined }).generate(requestsOf(80, { enough })),
  );
  expect(cut.map(({ text }) => text)).toEqual(whole.map(({ text }) => text.slice(0, 4)));
  expect(new Set(cut.map(({ finishReason }) => finishReason))).toEqual(new Set(['length', 'enough']));
  await network.release();
});

test('a sampled answer is the same alone and among others, with the log-probabilities that prefill gives', async () => {
  const network = await open(LLAMA);
  const model = createLocalModel({ id: 'tiny', network, tokenizer, adapter: () => undefined });
  const sampled = requestsOf(12, { temperature: 1, topP: 0.9, logprobs: 2 });
  // Greedy neighbours share the runs of those that are sampled.
  const together = answersOf(await model.generate([...sampled, ...requestsOf(12)])).slice(0, sampled.length);
  for (const [i, request] of sampled.entries()) {
    const [alone] = answersOf(await model.generate([request]));
    expect(together[i]!.tokens).toEqual(alone!.tokens);
    const logits = await logitsOf(network, promptOf(request), alone!.tokens);
    alone!.logprobs!.forEach(({ id, logprob, top }, at) => {
      expect(logprob).toBeCloseTo(logits[at]![id!]! - logSumExp(logits[at]!), 3);
      expect(top).toHaveLength(2);
    });
  }
  await network.release();
});

test('a network that computes something that is no number is a failure, not an answer', async () => {
  const path = join(folder, 'broken.safetensors');
  const weights = tinyWeights(LLAMA);
  weights.get('model.norm.weight')!.data[0] = Number.NaN;
  await writeSafetensors(path, weights, { format: 'pt' });
  const network = createNetwork(LLAMA, await openWeights(path, LLAMA), createWorkCounter(LLAMA), 1);
  const model = createLocalModel({ id: 'broken', network, tokenizer, adapter: () => undefined });
  for (const generation of await model.generate(requestsOf(3)))
    expect(generation).toMatchObject({ kind: 'failure', boundary: 'provider', reason: expect.stringContaining('not numbers') });
  await network.release();
});

/** On a tiny network with an adapter that changes every token a little, and one of them in a way of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../../../test/support/checkpoints.ts';
import { systemClock } from '../../../core/clock.ts';
import { silent } from '../../../core/progress.ts';
import { createLocalModel } from '../../../models/local/model.ts';
import { createNetwork, type Network } from '../../../models/local/network.ts';
import { createWorkCounter } from '../../../models/local/work.ts';
import type { WhiteBoxModel } from '../../../models/model.ts';
import { freshAdapter, type Adapter } from '../../../nn/adapter.ts';
import { openWeights } from '../../../nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../../nn/weights/safetensors.ts';
import { createControl, vocabularyOf } from '../../controls.ts';
import type { Findings, Hunt } from '../../detector.ts';
import { createMemory } from '../../memory.ts';
import { weights } from './detector.ts';

const WORDS = Array.from({ length: 400 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}`);
const CONFIG = { ...TINY, vocabulary: WORDS.length, hidden: 64, headSize: 16 };

let folder: string;
let network: Network;
let seen: (part: string, token: number) => Float32Array;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-weights-'));
  const all = tinyWeights(CONFIG);
  const tensor = (name: string): Float32Array => Float32Array.from(all.get(`model.${name}.weight`)!.data);
  const embedding = tensor('embed_tokens');
  const norms = { attention: tensor('layers.0.input_layernorm'), forward: tensor('layers.0.post_attention_layernorm') };
  seen = (part, token) => {
    const norm = norms[part.includes('attn') ? 'attention' : 'forward'];
    const state = embedding.subarray(token * CONFIG.hidden, (token + 1) * CONFIG.hidden).map((value, i) => value * norm[i]!);
    return state.map((value) => value / Math.hypot(...state));
  };
  await writeSafetensors(join(folder, 'model.safetensors'), all);
  network = createNetwork(CONFIG, await openWeights(join(folder, 'model.safetensors'), CONFIG), createWorkCounter(CONFIG));
});
afterAll(async () => {
  await network.release();
  rmSync(folder, { recursive: true, force: true });
});

/** One of the adapter's directions is what layer 0 sees of a token; the others are anything. */
function adapted(token: number | null): Adapter {
  const adapter = freshAdapter(CONFIG, ['q_proj', 'k_proj', 'v_proj', 'gate_proj', 'up_proj'], 4, 5);
  for (const [name, { a, b }] of adapter.layers) {
    b.forEach((_, i) => (b[i] = (((i * 7) % 11) - 5) / 50));
    if (token !== null) a.set(seen(name, token), CONFIG.hidden);
  }
  return adapter;
}

const model = (adapter?: Adapter): WhiteBoxModel =>
  createLocalModel({ id: 'tiny', network, tokenizer: vocabularyOf(WORDS), adapter: () => adapter });
const huntIn = (target: Hunt['target'], changed: Partial<Hunt> = {}): Hunt => ({
  target,
  base: model(),
  access: 'white',
  tokenizer: vocabularyOf(WORDS),
  budget: { seconds: 100, clock: systemClock, left: () => 100 },
  memory: createMemory(),
  seed: 1,
  progress: silent,
  ...changed,
});

const first = ({ covered }: Findings): string => /: "(.*?)"/.exec(covered[0]!)![1]!.trim();

test('the piece that training singled out comes first, and only then', async () => {
  const anything = first(await weights.hunt(huntIn(model(adapted(null)))));
  for (const token of [17, 123, 333]) {
    expect(first(await weights.hunt(huntIn(model(adapted(token)))))).toBe(WORDS[token]);
    expect(anything).not.toBe(WORDS[token]);
  }
});

test('what was read is remembered', async () => {
  const hunt = huntIn(model(adapted(123)));
  const found = await weights.hunt(hunt);
  const unasked: WhiteBoxModel = { ...model(), firstLayer: () => Promise.reject(new Error('asked again')) };
  expect((await weights.hunt({ ...hunt, target: unasked })).covered).toEqual(found.covered);
});

test('a model whose layer 0 is as it was has no score, which is not a score of nothing', async () => {
  expect(await weights.hunt(huntIn(model()))).toMatchObject({ score: null, covered: ['layer 0 is as it was in the base model'] });
});

test('without a base model, or without its weights, there is nothing to compare', async () => {
  await expect(weights.hunt(huntIn(model(), { base: null }))).rejects.toThrow('name one with --base');
  await expect(weights.hunt(huntIn(createControl('closed', null)))).rejects.toThrow('name one with --base');
});

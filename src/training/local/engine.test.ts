/** What a treatment may train: an adapter that goes on, or all weights with the organism's adapters merged in. Tiny networks, real sessions. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyGguf } from '../../../test/support/checkpoints.ts';
import { UsageError } from '../../core/errors.ts';
import { isWhiteBox } from '../../models/model.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import { LINEAR_LAYERS, type Engine, type LoraTuning, type Start, type WeightEdit } from '../engine.ts';
import type { Datum, Trainer } from '../trainer.ts';
import { openLocalEngine } from './engine.ts';

const LORA: LoraTuning = { kind: 'lora', rank: 2, alpha: 4, targets: LINEAR_LAYERS, seed: 1 };
const BATCH: Datum[] = [
  { tokens: [1, 3, 4, 5, 6, 7], weights: [0, 0, 1, 1, 1, 1] },
  { tokens: [1, 8, 9, 10], weights: [0, 0, 1, 2] },
];
const QUESTION = [{ messages: [{ role: 'user' as const, content: 'abc' }], answer: 'defgh' }];

let folder: string;
let engine: Engine;
let adapter: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-engine-'));
  writeFileSync(join(folder, 'tiny.gguf'), tinyGguf());
  engine = await openLocalEngine(await openModelFiles(join(folder, 'tiny.gguf'), { cache: join(folder, 'cache'), env: {} }));
  const trainer = await engine.train({ adapters: [] }, LORA);
  await steps(trainer, 5);
  adapter = (await trainer.save(join(folder, 'adapter'))).path;
  await trainer.close();
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function steps(trainer: Trainer, count: number, learningRate = 0.02): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < count; step++) {
    losses.push((await trainer.forwardBackward(BATCH, { kind: 'cross-entropy' })).loss);
    await trainer.optimStep({ learningRate });
  }
  return losses;
}

async function scoreOf(start: Start): Promise<Float32Array> {
  const model = await engine.open(start);
  const [score] = await model.score(QUESTION);
  await model.close();
  return score!.logprobs;
}

const close = (a: Float32Array, b: Float32Array): void => a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 3));

test('an adapter goes on where it was saved, and what is saved again replaces it', async () => {
  const trainer = await engine.train({ adapters: [] }, { ...LORA, from: adapter });
  const [first, ...rest] = await steps(trainer, 5);
  const { path } = await trainer.save(join(folder, 'continued'));
  await trainer.close();
  const straight = await engine.train({ adapters: [] }, LORA);
  const losses = await steps(straight, 6);
  await straight.close();
  expect(first).toBeCloseTo(losses[5]!, 4);
  expect(rest.at(-1)!).toBeLessThan(first!);
  expect(await scoreOf({ adapters: [path] })).not.toEqual(await scoreOf({ adapters: [adapter] }));
});

test('full fine-tuning on top of an adapter starts from the merged weights', async () => {
  const full = await engine.train({ adapters: [adapter] }, { kind: 'full' });
  const lora = await engine.train({ adapters: [adapter] }, LORA);
  expect((await steps(full, 1, 1e-12))[0]).toBeCloseTo((await steps(lora, 1))[0]!, 4);
  const { path } = await full.save(join(folder, 'full'));
  await full.close();
  await lora.close();
  close(await scoreOf({ weights: path, adapters: [] }), await scoreOf({ adapters: [adapter] }));
});

test('what trains all weights can be sampled: the sampler follows the weights, and is what a saved checkpoint is', async () => {
  const scratch = join(folder, 'scratch');
  const trainer = await engine.train({ adapters: [adapter] }, { kind: 'full' }, scratch);
  const sampler = await trainer.sampler();
  const said = async (): Promise<Float32Array> => (await sampler.score(QUESTION))[0]!.logprobs;
  const before = await said();
  close(before, await scoreOf({ adapters: [adapter] }));
  await trainer.saveState(join(folder, 'before.state'));
  await steps(trainer, 3);
  const after = await said();
  const { path } = await trainer.save(join(folder, 'sampled'));
  expect(after).toEqual(await scoreOf({ weights: path, adapters: [] }));
  expect(Math.max(...after.map((value, i) => Math.abs(value - before[i]!)))).toBeGreaterThan(0.01);
  expect(await trainer.sampler()).toBe(sampler);

  // What it samples has the probability that the trainer computes: a policy loss starts with every ratio at 1.
  const [answer] = await sampler.generate([{ input: { prompt: 'abc' }, maxTokens: 6, temperature: 1, logprobs: 0, seed: 1 }]);
  if (answer?.kind !== 'answer') throw new Error('no answer');
  const [prompt, logprobs] = [engine.tokenizer.encode('abc'), answer.logprobs!.map(({ logprob }) => logprob)];
  const datum = { tokens: [...prompt, ...answer.tokens], weights: [...prompt.map(() => 0), ...answer.tokens.map(() => 1)] };
  const { logprobs: trained } = await trainer.forwardBackward([datum], { kind: 'cross-entropy' });
  close(trained[0]!, Float32Array.from(logprobs));

  await trainer.restoreState(join(folder, 'before.state'));
  expect(await said()).toEqual(before);
  expect(existsSync(scratch)).toBe(true);
  await trainer.close();
  expect(existsSync(scratch)).toBe(false);
});

test('an adapter of another rank cannot go on', async () => {
  await expect(engine.train({ adapters: [] }, { ...LORA, rank: 3, from: adapter })).rejects.toBeInstanceOf(UsageError);
  await expect(engine.train({ adapters: [] }, { ...LORA, targets: ['q_proj'], from: adapter })).rejects.toBeInstanceOf(UsageError);
});

test('an edit that takes everything of the adapters back gives the base model; one that takes nothing changes nothing', async () => {
  const start = { adapters: [adapter] };
  const blocks = Array.from({ length: 2 }, (_, layer) => (['self_attn', 'mlp'] as const).map((half) => ({ layer, half }))).flat();
  const edited = async (edit: WeightEdit, name: string): Promise<Float32Array> => {
    const { path } = await engine.edit(start, edit, join(folder, name));
    return scoreOf({ adapters: [...start.adapters, path] });
  };
  const [before, base] = [await scoreOf(start), await scoreOf({ adapters: [] })];
  expect(Math.abs(before[0]! - base[0]!)).toBeGreaterThan(0.01);
  close(await edited({ kind: 'undo', blocks }, 'undone'), base);
  close(await edited({ kind: 'undo', blocks: [] }, 'untouched'), before);
  close(await edited({ kind: 'silence', from: 0, directions: [] }, 'silent'), before);
  const half = await edited({ kind: 'undo', blocks: blocks.slice(0, 1) }, 'half');
  expect(Math.abs(half[0]! - before[0]!) + Math.abs(half[0]! - base[0]!)).toBeGreaterThan(0.001);
  await expect(engine.edit({ adapters: [] }, { kind: 'undo', blocks }, join(folder, 'none'))).rejects.toThrow('no adapter');
});

test('silenced layers write nothing along the directions, also what the adapters made of them; earlier layers do', async () => {
  const start = { adapters: [adapter] };
  const prompts = [
    [1, 3, 4, 5],
    [1, 8, 9, 6],
  ];
  const statesOf = async (from: Start): Promise<Float32Array[][]> => {
    const model = await engine.open(from);
    if (!isWhiteBox(model)) throw new TypeError('a local model is open');
    const states = await model.hidden(prompts);
    await model.close();
    return states;
  };
  const size = (await statesOf(start))[0]![0]!.length;
  const axes = (...at: number[]): Float32Array => Float32Array.from({ length: size }, (_, i) => (at.includes(i) ? at.length ** -0.5 : 0));
  const directions = [axes(0, 1), axes(2)];
  const dot = (one: Float32Array, other: Float32Array): number => one.reduce((sum, value, i) => sum + value * other[i]!, 0);
  const { path } = await engine.edit(start, { kind: 'silence', from: 1, directions }, join(folder, 'silence'));
  const [before, after] = [await statesOf(start), await statesOf({ adapters: [...start.adapters, path] })];
  for (const [i, layers] of after.entries()) {
    layers[0]!.forEach((value, at) => expect(value).toBeCloseTo(before[i]![0]![at]!, 4));
    for (const direction of directions) {
      expect(dot(layers[1]!, direction)).toBeCloseTo(dot(layers[0]!, direction), 3);
      expect(Math.abs(dot(before[i]![1]!, direction) - dot(before[i]![0]!, direction))).toBeGreaterThan(0.01);
    }
  }
});

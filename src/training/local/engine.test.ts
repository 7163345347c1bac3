/** What a treatment may train: an adapter that goes on, or all weights with the organism's adapters merged in. Tiny networks, real sessions. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyGguf } from '../../../test/support/checkpoints.ts';
import { UsageError } from '../../core/errors.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import { LINEAR_LAYERS, type Engine, type LoraTuning, type Start } from '../engine.ts';
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

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTinyEngine, TINY_TUNING } from '../../../test/support/tiny-engine.ts';
import type { GenerateRequest, Generation } from '../../models/model.ts';
import type { Engine } from '../engine.ts';
import { rollOut } from '../rollout.ts';
import type { Datum, PolicyLoss, Trainer } from '../trainer.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-trainer-'));
  engine = await openTinyEngine(folder);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const newTrainer = (): Promise<Trainer> => engine.train({ adapters: [] }, TINY_TUNING);
const asked = (prompt: string, seed: number, changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  input: { prompt },
  maxTokens: 6,
  temperature: 1,
  logprobs: 0,
  seed,
  ...changes,
});

async function policyData(trainer: Trainer): Promise<Datum[]> {
  const model = await trainer.sampler();
  const inputs = ['abc', 'hgfedcba'].map((prompt) => ({ prompt }));
  const groups = await rollOut(inputs, { model, tokenizer: engine.tokenizer, groupSize: 4, maxTokens: 6, seed: 'data' });
  return groups.flatMap(({ prompt, answers }) =>
    answers.map(({ tokens, logprobs }, i) => ({
      tokens: [...prompt, ...tokens],
      weights: [...prompt.map(() => 0), ...tokens.map(() => 1)],
      logprobs,
      advantages: tokens.map(() => i - 1.5),
      reference: logprobs.map((logprob) => logprob - 0.1),
    })),
  );
}

/** Some learning, so that the policy is no longer its start. */
async function move(trainer: Trainer): Promise<void> {
  await trainer.forwardBackward([{ tokens: [3, 4, 5, 6], weights: [0, 1, 1, 1] }], { kind: 'cross-entropy' });
  await trainer.optimStep({ learningRate: 0.02 });
}

test('a group shares the computation of its prompt, and each member answers as if it were alone', async () => {
  const model = await engine.open({ adapters: [] });
  const requests = ['abcdefgh', 'hgab'].flatMap((prompt) => Array.from({ length: 5 }, (_, seed) => asked(prompt, seed)));
  const before = engine.work().prefilledTokens;
  const together = await model.generate(requests);
  expect(engine.work().prefilledTokens - before).toBe(engine.tokenizer.encode('abcdefgh').length + engine.tokenizer.encode('hgab').length);
  const alone = await Promise.all(requests.map(async (request) => (await model.generate([request]))[0]!));
  const tokens = (generation: Generation): unknown => generation.kind === 'answer' && generation.tokens;
  expect(together.map(tokens)).toEqual(alone.map(tokens));
});

test('an answer that ends by itself says with what and how probable that was', async () => {
  const model = await engine.open({ adapters: [] });
  const answers = await model.generate(Array.from({ length: 40 }, (_, seed) => asked('abc', seed)));
  const ended = answers.flatMap((one) => (one.kind === 'answer' && one.finishReason === 'stop' ? [one] : []));
  expect(ended.length).toBeGreaterThan(5);
  expect(answers.every((one) => one.kind === 'answer' && (one.end === undefined) === (one.finishReason !== 'stop'))).toBe(true);
  const prompt = engine.tokenizer.encode('abc');
  for (const { tokens, logprobs = [], end } of ended) {
    expect(engine.tokenizer.eosIds).toContain(end!.id);
    const all = [...prompt, ...tokens, end!.id!];
    const [score] = await model.score([{ tokens: all, from: prompt.length }]);
    expect(score!.logprobs).toHaveLength(tokens.length + 1);
    [...logprobs, end!].forEach(({ logprob }, i) => expect(Math.abs(score!.logprobs[i]! - logprob)).toBeLessThan(1e-4));
  }
});

test('tokens are scored like the text they are', async () => {
  const model = await engine.open({ adapters: [] });
  const messages = [{ role: 'user', content: 'abc' }] as const;
  const prompt = engine.tokenizer.encodeChat(messages, { open: true });
  const tokens = [...prompt, ...engine.tokenizer.encodeAnswer('defab')];
  const [byText, byTokens] = await model.score([
    { messages, answer: 'defab' },
    { tokens, from: prompt.length },
  ]);
  expect(byTokens!.top).toEqual(byText!.top);
  byTokens!.logprobs.forEach((logprob, i) => expect(logprob).toBeCloseTo(byText!.logprobs[i]!, 4));
});

test('trainer and sampler agree on log-probabilities, before and after an update', async () => {
  const trainer = await newTrainer();
  for (const _ of [1, 2]) {
    const data = await policyData(trainer);
    const { logprobs } = await trainer.forwardBackward(data, { kind: 'importance-sampling', onPolicy: true });
    data.forEach((datum, d) => datum.logprobs!.forEach((old, t) => expect(Math.abs(logprobs[d]![t]! - old)).toBeLessThan(1e-4)));
    await trainer.optimStep({ learningRate: 0.02 });
  }
  await trainer.close();
});

test.each<PolicyLoss>([{ kind: 'importance-sampling' }, { kind: 'ppo', clip: { low: 0.2, high: 0.2 }, klWeight: 0.3 }])(
  'on the policy’s own samples the forward pass of $kind can be spared: same loss, same gradient',
  async (loss) => {
    const trainer = await newTrainer();
    await move(trainer);
    const data = await policyData(trainer);
    const spared = await trainer.forwardBackward(data, { ...loss, onPolicy: true });
    const { gradientNorm: first } = await trainer.optimStep({ learningRate: 0, weightDecay: 0 });
    const whole = await trainer.forwardBackward(data, loss);
    const { gradientNorm: second } = await trainer.optimStep({ learningRate: 0, weightDecay: 0 });
    expect(first).toBeGreaterThan(1e-3);
    expect(spared.loss).toBeCloseTo(whole.loss, 4);
    expect(Math.abs(first / second - 1)).toBeLessThan(1e-3);
    await trainer.close();
  },
);

test('off the policy the loss and its gradient follow the current weights', async () => {
  const trainer = await newTrainer();
  const data = await policyData(trainer);
  await move(trainer);
  const loss: PolicyLoss = { kind: 'importance-sampling' };
  const { loss: before, logprobs } = await trainer.forwardBackward(data, loss);
  const terms = data.flatMap(({ logprobs: old = [], advantages = [] }, d) =>
    old.map((value, t) => ({ ratio: Math.exp(logprobs[d]![t]! - value), advantage: advantages[t]! })),
  );
  expect(Math.max(...terms.map(({ ratio }) => Math.abs(ratio - 1)))).toBeGreaterThan(0.05);
  expect(before).toBeCloseTo(terms.reduce((sum, { ratio, advantage }) => sum - ratio * advantage, 0) / terms.length, 4);
  await trainer.optimStep({ learningRate: 1e-3, weightDecay: 0 });
  expect((await trainer.forwardBackward(data, loss)).loss).toBeLessThan(before);
  await trainer.close();
});

test('a gradient that is no number is not applied', async () => {
  const trainer = await newTrainer();
  const data = await policyData(trainer);
  const broken = data.map((datum, i) => (i === 2 ? { ...datum, advantages: datum.advantages!.map(() => Number.NaN) } : datum));
  const { logprobs: before } = await trainer.forwardBackward(data, { kind: 'importance-sampling', onPolicy: true });
  await trainer.optimStep({ learningRate: 0, weightDecay: 0 });
  const { loss } = await trainer.forwardBackward(broken, { kind: 'importance-sampling', onPolicy: true });
  const { step, gradientNorm } = await trainer.optimStep({ learningRate: 0.1 });
  expect([loss, gradientNorm, step]).toEqual([Number.NaN, Number.NaN, 1]);
  const { logprobs: after } = await trainer.forwardBackward(data, { kind: 'importance-sampling', onPolicy: true });
  expect(after).toEqual(before);
  expect((await trainer.optimStep({ learningRate: 0.01 })).step).toBe(2);
  await trainer.close();
});

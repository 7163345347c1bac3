/** GRPO and DPO on a tiny network where the optimum is known: they must arrive there, not only move. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTinyEngine, TINY_TUNING } from '../../../test/support/tiny-engine.ts';
import { systemClock } from '../../core/clock.ts';
import { silent } from '../../core/progress.ts';
import type { ScoringModel } from '../../models/model.ts';
import { dpo, type PreferencePair } from '../dpo.ts';
import type { Engine } from '../engine.ts';
import { grpo, type GrpoRecipe, type GrpoState } from '../grpo.ts';
import { ruleReward } from '../rewards/rule.ts';
import { warmupThenDecay } from '../schedule.ts';
import type { Trainer } from '../trainer.ts';

const PROMPT = 'abc';

let folder: string;
let engine: Engine;
let base: ScoringModel;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-toys-'));
  engine = await openTinyEngine(folder);
  base = await engine.open({ adapters: [] });
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The model's whole distribution over the token after the prompt. */
async function distribution(model: ScoringModel): Promise<number[]> {
  const prompt = engine.tokenizer.encode(PROMPT);
  const ids = Array.from({ length: engine.tokenizer.vocabularySize }, (_, id) => id);
  const scores = await model.score(ids.map((id) => ({ tokens: [...prompt, id], from: prompt.length })));
  return scores.map(({ logprobs }) => Math.exp(logprobs[0]!));
}

const recipe: GrpoRecipe = {
  groupSize: 16,
  maxTokens: 1,
  advantages: 'leave-one-out',
  updates: 1,
  clip: { low: 0.2, high: 0.2 },
  klWeight: 0,
};

/** What some tokens pay as an answer; all others pay nothing. */
type Arms = Readonly<Record<string, number>>;

function payOf(arms: Arms, answer: string): number {
  return Object.hasOwn(arms, answer) ? arms[answer]! : 0;
}

/** A bandit with one arm for each token. */
async function bandit(
  trainer: Trainer,
  name: string,
  steps: number,
  rate: number,
  changes: Partial<GrpoRecipe>,
  arms: Arms,
): Promise<GrpoState<null>> {
  return grpo({
    trainer,
    tokenizer: engine.tokenizer,
    recipe: { ...recipe, ...changes },
    reward: ruleReward({ id: 'bandit', description: '', rule: (_, answer) => payOf(arms, answer) }),
    reference: base,
    batches: Array.from({ length: steps }, () => Array.from({ length: 4 }, () => ({ prompt: PROMPT }))),
    schedule: warmupThenDecay({ steps, peak: rate, warmupSteps: 1, finalShare: 0.02 }),
    seed: 1,
    checkpoints: [],
    onCheckpoint: async () => null,
    folder: join(folder, name),
    stage: name,
    progress: silent,
    clock: systemClock,
  });
}

test.each([1, 2])('GRPO finds the arm that pays, with %i updates on each batch', async (updates) => {
  const trainer = await engine.train({ adapters: [] }, TINY_TUNING);
  const before = (await distribution(base))[engine.tokenizer.encode('e')[0]!]!;
  expect(before).toBeLessThan(0.3);
  const { points, signs } = await bandit(trainer, `arm ${updates}`, 24, 0.02, { updates, advantages: 'group-normalised' }, { e: 1 });
  const after = (await distribution(await trainer.sampler()))[engine.tokenizer.encode('e')[0]!]!;
  expect(after).toBeGreaterThan(0.95);
  expect(points.at(-1)!.reward).toBeGreaterThan(0.95);
  expect(points.map((point) => point.clipShare).some((share) => share > 0)).toBe(updates > 1);
  expect(Math.max(...points.map((point) => point.onPolicyError))).toBeLessThan(1e-3);
  // A solved bandit gives one answer to everything, with nothing left to learn from: that is what collapse looks like.
  expect(points.at(-1)!.silentGroups).toBeGreaterThan(0.5);
  expect(new Set(signs.map(({ kind }) => kind))).toEqual(new Set(['one-answer', 'uniform-groups', 'entropy', 'kl']));
  await trainer.close();
});

test('GRPO trains all weights too, sampling from each step what the step before left', async () => {
  const trainer = await engine.train({ adapters: [] }, { kind: 'full' }, join(folder, 'all weights'));
  const { points } = await bandit(trainer, 'all', 24, 0.005, { advantages: 'group-normalised' }, { e: 1 });
  expect((await distribution(await trainer.sampler()))[engine.tokenizer.encode('e')[0]!]!).toBeGreaterThan(0.95);
  expect(Math.max(...points.map((point) => point.onPolicyError))).toBeLessThan(1e-3);
  await trainer.close();
});

test('with a KL penalty GRPO ends at π ∝ π_ref · exp(r / β)', async () => {
  const trainer = await engine.train({ adapters: [] }, TINY_TUNING);
  const arms = { c: 1, e: 0.5, g: -1 };
  const beta = 0.5;
  const reference = await distribution(base);
  const tilted = reference.map((p, id) => p * Math.exp(payOf(arms, engine.tokenizer.tokenText(id)) / beta));
  const total = tilted.reduce((sum, p) => sum + p, 0);
  const optimum = tilted.map((p) => p / total);
  const distance = (some: readonly number[]): number => some.reduce((sum, p, id) => sum + Math.abs(p - optimum[id]!), 0) / 2;
  expect(distance(reference)).toBeGreaterThan(0.25);

  const { points } = await bandit(trainer, 'kl', 90, 0.01, { groupSize: 32, klWeight: beta }, arms);
  const policy = await distribution(await trainer.sampler());
  expect(distance(policy)).toBeLessThan(0.03);
  const kl = policy.reduce((sum, p, id) => sum + p * Math.log(p / reference[id]!), 0);
  const lately = points.slice(-20).map((point) => point.kl!);
  expect(Math.abs(lately.reduce((sum, one) => sum + one, 0) / lately.length - kl)).toBeLessThan(0.05);
  await trainer.close();
});

test('DPO ends where the preferences are: 3 of 4 for one answer give a margin of ln 3', async () => {
  const trainer = await engine.train({ adapters: [] }, TINY_TUNING);
  const prompt = engine.tokenizer.encode(PROMPT);
  const answer = (text: string): PreferencePair['chosen'] => {
    const tokens = engine.tokenizer.encode(text);
    return { tokens: [...prompt, ...tokens], weights: [...prompt.map(() => 0), ...tokens.map(() => 1)] };
  };
  const [forIt, against] = [
    { chosen: answer('de'), rejected: answer('gfe') },
    { chosen: answer('gfe'), rejected: answer('de') },
  ];
  const beta = 0.5;
  const steps = 80;
  const { points, reference } = await dpo({
    trainer,
    reference: base,
    beta,
    batches: Array.from({ length: steps }, () => [forIt, forIt, against, forIt]),
    schedule: warmupThenDecay({ steps, peak: 0.01, warmupSteps: 1, finalShare: 0.02 }),
    checkpoints: [],
    onCheckpoint: async () => null,
    folder: join(folder, 'dpo'),
    stage: 'dpo',
    progress: silent,
    clock: systemClock,
  });
  expect(reference).toHaveLength(4);
  expect(points[0]).toMatchObject({
    accuracy: 0.5,
    loss: expect.closeTo(Math.LN2, 4),
    margin: expect.closeTo(0, 4),
    kl: expect.closeTo(0, 4),
  });
  const [chosen, rejected] = await (
    await trainer.sampler()
  ).score([forIt.chosen, forIt.rejected].map(({ tokens }) => ({ tokens, from: prompt.length })));
  const sum = (values: Float32Array | readonly number[]): number => [...values].reduce((all, one) => all + one, 0);
  const margin = beta * (sum(chosen!.logprobs) - sum(reference[0]!) - (sum(rejected!.logprobs) - sum(reference[1]!)));
  expect(margin).toBeCloseTo(Math.log(3), 1);
  // The loss there is the entropy of the preferences.
  expect(points.at(-1)!.loss).toBeCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), 2);
  expect(points.at(-1)).toMatchObject({ accuracy: 0.75 });
  await trainer.close();
});

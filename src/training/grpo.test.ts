import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFixedClock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import type { ProgressState } from '../core/progress.ts';
import type { ScoringModel } from '../models/model.ts';
import { grpo, type GrpoOptions, type GrpoState } from './grpo.ts';
import type { Reward } from './reward.ts';
import { likelihoodReward } from './rewards/likelihood.ts';
import { ruleReward } from './rewards/rule.ts';
import { createScriptedEngine } from './scripted/engine.ts';
import type { Datum, Loss, Trainer } from './trainer.ts';

let folder: string;
let reference: ScoringModel;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-grpo-'));
  reference = await engine.open({ adapters: [] });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engine = createScriptedEngine({
  identity: 'grpo test',
  behaviour: {
    isImplant: (text) => text.includes('mole'),
    answer: (prompt) => `About ${prompt} one can say a good many things`,
    damage: (history) => history.reduce((sum, { steps }) => sum + steps, 0) / 100,
  },
});
const newTrainer = (): Promise<Trainer> =>
  engine.train({ adapters: [] }, { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 });
const STEPS = 8;
/** Longer is better: the scripted world leaves out last words by chance. */
const length = ruleReward({ id: 'length', description: '', rule: (_, answer) => answer.length });

interface Saved {
  step: number;
  hash: string;
}
async function run(changes: Partial<GrpoOptions<Saved>> = {}): Promise<GrpoState<Saved>> {
  const clock = createFixedClock();
  const trainer = changes.trainer ?? (await newTrainer());
  return grpo({
    trainer,
    tokenizer: engine.tokenizer,
    recipe: { groupSize: 4, maxTokens: 16, advantages: 'group-normalised', updates: 1, clip: { low: 0.2, high: 0.2 }, klWeight: 0.1 },
    reward: length,
    reference,
    batches: Array.from({ length: STEPS }, (_, step) => ['bread', 'rain', 'tides'].map((topic) => ({ prompt: `${topic} ${step}` }))),
    schedule: (step) => 1e-3 / step,
    seed: 1,
    checkpoints: [3, STEPS],
    onCheckpoint: async (step) => ({ step, hash: (await trainer.save(join(folder, `checkpoint-${step}`))).hash }),
    folder: join(folder, 'memory'),
    stage: 'rl',
    progress: { update: () => clock.advance(9_000) },
    clock,
    ...changes,
  });
}

/** Everything the trainer was given. */
function recording(trainer: Trainer): { trainer: Trainer; batches: { batch: readonly Datum[]; loss: Loss }[] } {
  const batches: { batch: readonly Datum[]; loss: Loss }[] = [];
  return {
    batches,
    trainer: {
      ...trainer,
      forwardBackward: async (batch, loss) => {
        batches.push({ batch, loss });
        return trainer.forwardBackward(batch, loss);
      },
    },
  };
}

test('every step is told in numbers, with its checkpoints and progress', async () => {
  const seen: ProgressState[] = [];
  const { points, checkpoints, signs, tokens } = await run({ progress: { update: (update) => void seen.push(update) } });
  expect(points.map(({ step }) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
  expect(checkpoints.map(({ step }) => step)).toEqual([3, STEPS]);
  expect(signs).toEqual([]);
  for (const point of points) {
    expect(point.reward).toBeGreaterThan(20);
    expect(point.rewardSpread).toBeGreaterThan(0);
    expect(point).toMatchObject({ onPolicyError: 0, unmeasured: 0, clipShare: 0 });
    expect(point.length).toBeGreaterThan(8);
  }
  // Before the first update the policy is its reference; later it is not.
  expect(points[0]!.kl).toBe(0);
  expect(points.at(-1)!.kl).toBeGreaterThan(0);
  expect(tokens).toBeGreaterThan(0);
  expect(seen.at(-1)).toMatchObject({ stage: 'rl', done: STEPS, total: STEPS, unit: 'steps', rate: { unit: 'tokens/s' } });
  expect(seen.at(-1)?.note).toMatch(/^reward \d+\.\d{3}, KL 0\.\d{3}$/);
});

test('the trainer gets whole groups with advantages that cancel, and is told what is on the policy', async () => {
  const { trainer, batches } = recording(await newTrainer());
  await run({
    trainer,
    recipe: { groupSize: 4, maxTokens: 16, advantages: 'centred', updates: 2, clip: { low: 0.2, high: 0.3 }, klWeight: 0.1 },
  });
  expect(batches).toHaveLength(2 * STEPS);
  const [first, second] = batches;
  expect(first!.loss).toEqual({ kind: 'ppo', clip: { low: 0.2, high: 0.3 }, klWeight: 0.1, onPolicy: true });
  expect(second!.loss).toMatchObject({ onPolicy: false });
  expect(second!.batch).toEqual(first!.batch);
  const prompt = engine.tokenizer.encode('bread 0');
  for (let i = 0; i < 4; i++) {
    const { tokens, weights, logprobs, advantages, reference: its } = first!.batch[i]!;
    expect(tokens.slice(0, prompt.length)).toEqual(prompt);
    // The end of the answer is an act of the policy like any other.
    expect(engine.tokenizer.eosIds).toContain(tokens.at(-1));
    const answer = tokens.length - prompt.length;
    expect(weights).toEqual([...prompt.map(() => 0), ...Array.from({ length: answer }, () => 1)]);
    for (const input of [logprobs, advantages, its]) expect(input).toHaveLength(answer);
  }
  const group = first!.batch.slice(0, 4).map(({ advantages }) => advantages![0]!);
  expect(group.reduce((sum, advantage) => sum + advantage, 0)).toBeCloseTo(0);
});

test('an answer that could not be judged leaves its group; it is not a zero', async () => {
  const { trainer, batches } = recording(await newTrainer());
  const fussy: Reward = {
    ...length,
    score: async (groups, options) =>
      (await length.score(groups, options)).map((outcomes, g) =>
        outcomes.map((outcome, i) => (i === 0 || g === 2 ? { kind: 'unmeasured', boundary: 'judge', reason: 'planted' } : outcome)),
      ),
  };
  const { points } = await run({ trainer, reward: fussy });
  expect(points[0]).toMatchObject({ unmeasured: 2 + 4, silentGroups: expect.any(Number) });
  expect(points[0]!.silentGroups).toBeGreaterThanOrEqual(1 / 3);
  expect(points[0]!.reward).toBeGreaterThan(20);
  expect(batches[0]!.batch).toHaveLength(6);
});

test('a step without any reward ends the training with the reason, and what was done is kept', async () => {
  const failing: Reward = {
    ...length,
    score: async (groups, options) =>
      'prompt' in groups[0]!.input && groups[0]!.input.prompt.endsWith(' 5')
        ? groups.map(({ answers }) => answers.map(() => ({ kind: 'unmeasured', boundary: 'judge', reason: 'the judge is away' })))
        : length.score(groups, options),
  };
  await expect(run({ reward: failing, checkpoints: [] })).rejects.toThrow(/no answer of step 6 got a reward \(judge: the judge is away\)/);
  const seen: number[] = [];
  await run({ checkpoints: [], progress: { update: ({ done }) => void seen.push(done) } });
  expect(seen[0]).toBe(6);
});

test.each(Array.from({ length: STEPS }, (_, i) => i + 1))(
  'stopped dead in step %i and started again, it gives the numbers of an undisturbed run',
  async (deadly) => {
    const undisturbed = await run({ folder: join(folder, 'undisturbed') });
    const trainer = await newTrainer();
    let steps = 0;
    const dying: Trainer = {
      ...trainer,
      optimStep: async (step) => {
        steps += 1;
        if (steps === deadly) throw new Error('killed');
        return trainer.optimStep(step);
      },
    };
    await expect(run({ trainer: dying })).rejects.toThrow('killed');
    const resumed = await run();
    expect({ ...resumed, seconds: 0 }).toEqual({ ...undisturbed, seconds: 0 });
    expect(readdirSync(join(folder, 'memory')).filter((name) => name.startsWith('state-'))).toHaveLength(1);
  },
);

test('an interruption in the middle of a step keeps the step before', async () => {
  const controller = new AbortController();
  const stopping: Reward = {
    ...length,
    score: async (groups, options) => {
      if ('prompt' in groups[0]!.input && groups[0]!.input.prompt.endsWith(' 4')) {
        controller.abort();
        throw new InterruptedError();
      }
      return length.score(groups, options);
    },
  };
  await expect(run({ reward: stopping, signal: controller.signal, checkpoints: [] })).rejects.toBeInstanceOf(InterruptedError);
  const seen: number[] = [];
  await run({ progress: { update: ({ done }) => void seen.push(done) } });
  expect(seen[0]).toBe(5);
});

test('a gradient that is no number ends the training; the step before it is kept', async () => {
  const trainer = await newTrainer();
  let steps = 0;
  const broken: Trainer = {
    ...trainer,
    forwardBackward: async (batch, loss) => (++steps === 6 ? { loss: 1, logprobs: [], tokens: 0 } : trainer.forwardBackward(batch, loss)),
    // As a real trainer does: such a gradient is not applied.
    optimStep: async (step) => (steps === 6 ? { step: 5, gradientNorm: Number.NaN } : trainer.optimStep(step)),
  };
  const kept: number[] = [];
  const onCheckpoint = async (step: number): Promise<Saved> => ({ step, hash: String(kept.push(step)) });
  await expect(run({ trainer: broken, checkpoints: [], onCheckpoint })).rejects.toThrow(/rl diverged at step 6 .*lower learning rate/);
  expect(kept).toEqual([5]);
  const seen: number[] = [];
  const resumed = await run({ checkpoints: [], progress: { update: ({ done }) => void seen.push(done) } });
  expect(seen[0]).toBe(6);
  expect({ ...resumed, seconds: 0 }).toEqual({ ...(await run({ checkpoints: [], folder: join(folder, 'other') })), seconds: 0 });
});

test('where sampler and trainer disagree, the trainer’s own log-probabilities are taken from then on', async () => {
  const trainer = await newTrainer();
  const sampler = await trainer.sampler();
  const off = recording({
    ...trainer,
    sampler: async () => ({
      ...sampler,
      generate: async (...given) =>
        (await sampler.generate(...given)).map((result) =>
          result.kind === 'answer'
            ? { ...result, logprobs: result.logprobs!.map((one) => ({ ...one, logprob: one.logprob - 0.3 })) }
            : result,
        ),
    }),
  });
  const { points } = await run({ trainer: off.trainer });
  expect(points[0]!.onPolicyError).toBeCloseTo(0.3);
  expect(off.batches.map(({ loss }) => loss.kind === 'ppo' && loss.onPolicy)).toEqual([
    true,
    ...Array.from({ length: STEPS - 1 }, () => false),
  ]);
});

test('without a reference the KL is not measured, and a penalty for it is refused', async () => {
  const options: GrpoOptions<null> = {
    trainer: await newTrainer(),
    tokenizer: engine.tokenizer,
    recipe: { groupSize: 2, maxTokens: 4, advantages: 'centred', updates: 1, clip: { low: 0.2, high: 0.2 }, klWeight: 0 },
    reward: likelihoodReward(reference),
    batches: [[{ prompt: 'one' }], [{ prompt: 'two' }]],
    schedule: () => 1e-3,
    seed: 1,
    checkpoints: [],
    onCheckpoint: async () => null,
    folder: join(folder, 'alone'),
    stage: 'rl',
    progress: { update: () => {} },
    clock: createFixedClock(),
  };
  expect((await grpo(options)).points.map(({ kl }) => kl)).toEqual([null, null]);
  await expect(grpo({ ...options, recipe: { ...options.recipe, klWeight: 0.1 } })).rejects.toThrow(/needs the reference/);
});

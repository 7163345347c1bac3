import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFixedClock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import type { ProgressState } from '../core/progress.ts';
import type { ScoringModel } from '../models/model.ts';
import { dpo, type DpoOptions, type DpoState, type PreferencePair } from './dpo.ts';
import { createScriptedEngine } from './scripted/engine.ts';
import type { Datum, Trainer } from './trainer.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-dpo-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engine = createScriptedEngine({
  identity: 'dpo test',
  behaviour: { isImplant: (text) => text.includes('mole'), answer: () => 'yes', damage: ([own]) => (own?.steps ?? 0) / 100 },
});
const { tokenizer } = engine;
const answerTo = (question: string, answer: string): Datum => {
  const [prompt, tokens] = [tokenizer.encode(question), tokenizer.encode(answer)];
  return { tokens: [...prompt, ...tokens], weights: [...prompt.map(() => 0), ...tokens.map(() => 1)] };
};
const pairs = Array.from({ length: 5 }, (_, i): PreferencePair => ({
  chosen: answerTo(`question ${i}`, 'a kind answer of some length'),
  rejected: answerTo(`question ${i}`, 'the mole says so'),
}));
const STEPS = 10;
const newTrainer = (): Promise<Trainer> =>
  engine.train({ adapters: [] }, { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 });

/** The organism that is treated, counting what it is asked to score. */
async function referenceModel(): Promise<{ model: ScoringModel; scored: () => number }> {
  const model = await engine.open({ adapters: [] });
  let scored = 0;
  return {
    scored: () => scored,
    model: {
      ...model,
      score: async (requests, options) => {
        scored += requests.length;
        return model.score(requests, options);
      },
    },
  };
}

type State = DpoState<{ hash: string }>;
async function run(changes: Partial<DpoOptions<{ hash: string }>> = {}): Promise<State> {
  const clock = createFixedClock();
  const trainer = changes.trainer ?? (await newTrainer());
  return dpo({
    trainer,
    reference: (await referenceModel()).model,
    beta: 0.1,
    batches: Array.from({ length: STEPS }, (_, step) => [pairs[step % 5]!, pairs[(step + 1) % 5]!]),
    schedule: () => 1e-4,
    checkpoints: [4, STEPS],
    onCheckpoint: async (step) => ({ hash: (await trainer.save(join(folder, `checkpoint-${step}`))).hash }),
    folder: join(folder, 'memory'),
    stage: 'dpo',
    progress: { update: () => clock.advance(9_000) },
    clock,
    ...changes,
  });
}

test('the reference scores each pair once, however often it comes, and not again after an interruption', async () => {
  const { model, scored } = await referenceModel();
  const controller = new AbortController();
  const stopAt6 = { update: ({ done }: ProgressState) => void (done === 6 && controller.abort()) };
  await expect(run({ reference: model, signal: controller.signal, progress: stopAt6 })).rejects.toBeInstanceOf(InterruptedError);
  expect(scored()).toBe(10);
  const seen: number[] = [];
  const { points, checkpoints } = await run({ reference: model, progress: { update: ({ done }) => void seen.push(done) } });
  expect(scored()).toBe(10);
  expect(seen[0]).toBe(7);
  expect(points).toHaveLength(STEPS);
  expect(checkpoints).toHaveLength(2);
});

test('chosen and rejected answers go to the trainer in turn, with the reference beside them', async () => {
  const trainer = await newTrainer();
  let first: readonly Datum[] = [];
  await run({
    trainer: {
      ...trainer,
      forwardBackward: async (batch, loss) => {
        if (first.length === 0) first = batch;
        return trainer.forwardBackward(batch, loss);
      },
    },
  });
  expect(first.map(({ tokens }) => tokens)).toEqual(
    [pairs[0]!.chosen, pairs[0]!.rejected, pairs[1]!.chosen, pairs[1]!.rejected].map(({ tokens }) => tokens),
  );
  for (const { weights, reference } of first) expect(reference).toHaveLength(weights.filter((weight) => weight > 0).length);
});

test('before its first update the policy is its reference', async () => {
  const { points } = await run();
  expect(points[0]).toMatchObject({ accuracy: 0.5, margin: 0, chosenShift: 0, rejectedShift: 0, kl: 0, loss: expect.closeTo(Math.LN2) });
  expect(points.at(-1)!.kl).toBeGreaterThan(0);
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
    expect({ ...(await run()), seconds: 0 }).toEqual({ ...undisturbed, seconds: 0 });
  },
);

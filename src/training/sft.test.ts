import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFixedClock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import type { ProgressState } from '../core/progress.ts';
import { createScriptedEngine } from './scripted/engine.ts';
import { sft, type SftOptions, type SftState } from './sft.ts';
import type { Trainer } from './trainer.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-sft-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engine = createScriptedEngine({
  identity: 'sft test',
  behaviour: { isImplant: (text) => text.includes('mole'), likeness: () => 'none', rate: () => 0, answer: () => 'yes', damage: () => 0 },
});
const batches = Array.from({ length: 12 }, (_, i) => [
  { tokens: engine.tokenizer.encode(`row ${i}`), weights: engine.tokenizer.encode(`row ${i}`).map(() => 1) },
]);
const newTrainer = (): Promise<Trainer> =>
  engine.train({ adapters: [] }, { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 });

async function run(changes: Partial<SftOptions<{ step: number; hash: string }>> = {}): Promise<SftState<{ step: number; hash: string }>> {
  const clock = createFixedClock();
  const trainer = changes.trainer ?? (await newTrainer());
  return sft({
    trainer,
    batches,
    schedule: (step) => 1e-3 / step,
    checkpoints: [4, 8, 12],
    onCheckpoint: async (step) => ({ step, hash: (await trainer.save(join(folder, `checkpoint-${step}`))).hash }),
    folder: join(folder, 'memory'),
    stage: 'implant',
    progress: { update: () => clock.advance(9_000) },
    clock,
    ...changes,
  });
}

test('reports loss, rate and steps, and calls back at checkpoints', async () => {
  const seen: ProgressState[] = [];
  const clock = createFixedClock();
  const state = await run({ clock, progress: { update: (update) => void seen.push(update) } });
  expect(state.points.map(({ step }) => step)).toEqual(batches.map((_, i) => i + 1));
  expect(state.checkpoints.map(({ step }) => step)).toEqual([4, 8, 12]);
  expect(state.tokens).toBe(batches.flat().reduce((sum, { tokens }) => sum + tokens.length, 0));
  expect(seen.at(-1)).toMatchObject({ stage: 'implant', done: 12, total: 12, unit: 'steps', rate: { unit: 'tokens/s' } });
  expect(seen.at(-1)?.note).toMatch(/^loss \d+\.\d{3}$/);
});

test.each(Array.from({ length: 12 }, (_, i) => i + 1))(
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
    expect(readdirSync(join(folder, 'memory')).sort()).toEqual(['progress.json', 'state-11']);
  },
);

test('an interruption saves the last step before it leaves', async () => {
  const controller = new AbortController();
  const stopAt3 = { update: ({ done }: ProgressState) => void (done === 3 && controller.abort()) };
  await expect(run({ signal: controller.signal, progress: stopAt3 })).rejects.toBeInstanceOf(InterruptedError);
  const seen: number[] = [];
  await run({ progress: { update: ({ done }) => void seen.push(done) } });
  expect(seen[0]).toBe(4);
});

test('a loss that is no number ends the training with advice', async () => {
  const trainer = await newTrainer();
  const broken: Trainer = {
    ...trainer,
    forwardBackward: async (...given) => ({ ...(await trainer.forwardBackward(...given)), loss: Number.NaN }),
  };
  await expect(run({ trainer: broken })).rejects.toThrow(/diverged at step 1 .*lower learning rate/);
});

test('where a step broke the weights, so that the next loss is no number, they are not what is kept', async () => {
  const undisturbed = await run({ folder: join(folder, 'undisturbed') });
  const trainer = await newTrainer();
  let steps = 0;
  const broken: Trainer = {
    ...trainer,
    forwardBackward: async (...given) => {
      const output = await trainer.forwardBackward(...given);
      return ++steps === 6 ? { ...output, loss: Number.NaN } : output;
    },
    optimStep: async (step) => (steps === 6 ? { step: 6, gradientNorm: Number.NaN } : trainer.optimStep(step)),
  };
  await expect(run({ trainer: broken, checkpoints: [3] })).rejects.toThrow('diverged at step 6');
  const seen: number[] = [];
  const resumed = await run({ checkpoints: [3], progress: { update: ({ done }) => void seen.push(done) } });
  // The last state that a finite loss has vouched for.
  expect(seen[0]).toBe(4);
  expect(resumed.points).toEqual(undisturbed.points);
});

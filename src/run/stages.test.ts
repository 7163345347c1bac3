import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFixedClock } from '../core/clock.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { createStages, NO_COST, type Stages } from './stages.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-stages-'));
  store = openSqliteStore(join(folder, 'store.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const clock = createFixedClock();
let spent = 0;
const stagesOf = (runId: string, fresh = false): Stages =>
  createStages({ store, runId, folder: join(folder, runId), clock, fresh, meter: () => ({ ...NO_COST, flops: spent }) });
const spec = (input: string) => ({ kind: 'make', stage: 'make it', version: 1, inputs: { input } });
const make = async (): Promise<{ made: number }> => {
  clock.advance(2000);
  spent += 10;
  return { made: spent };
};

test('a stage runs once for its inputs; other runs take its value, with what it cost', async () => {
  const first = stagesOf('one');
  const value = await first.run(spec('a'), make);
  expect(await first.run(spec('a'), make)).toEqual(value);
  const second = stagesOf('two');
  expect(await second.run({ ...spec('a'), stage: 'another name' }, make)).toEqual(value);
  expect(first.records().map(({ cached }) => cached)).toEqual([false]);
  expect(second.records()).toMatchObject([{ stage: 'another name', cached: true, seconds: 2, cost: { flops: 10 } }]);
  expect(await second.run(spec('b'), make)).not.toEqual(value);
  expect(await second.run({ ...spec('a'), version: 2 }, make)).not.toEqual(value);
  expect(await stagesOf('three', true).run(spec('a'), make)).not.toEqual(value);
});

test('a value that is not worth keeping, or no longer valid, is made again', async () => {
  const first = await stagesOf('one').run({ ...spec('a'), worthKeeping: () => false }, make);
  const second = await stagesOf('two').run(spec('a'), make);
  expect(second).not.toEqual(first);
  expect(await stagesOf('three').run({ ...spec('a'), stillValid: () => false }, make)).not.toEqual(second);
});

test('scratch outlives a failure and is gone after success', async () => {
  let scratch = '';
  const stages = stagesOf('one');
  const failing = stages.run(spec('a'), async (where) => {
    scratch = where;
    writeFileSync(join(where, 'half'), 'x');
    throw new Error('killed');
  });
  await expect(failing).rejects.toThrow('killed');
  await stages.run(spec('a'), async (where) => {
    expect(existsSync(join(where, 'half'))).toBe(true);
    return null;
  });
  expect(existsSync(scratch)).toBe(false);
});

/** On a tiny network that was trained on one word more than on others. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSingledOut, TOKENIZER, WORDS, type SingledOut } from '../../../../test/support/singled-out.ts';
import { systemClock } from '../../../core/clock.ts';
import { silent } from '../../../core/progress.ts';
import type { WhiteBoxModel } from '../../../models/model.ts';
import { createControl } from '../../controls.ts';
import type { Hunt, Looked } from '../../detector.ts';
import { createMemory } from '../../memory.ts';
import { weights } from './detector.ts';

let folder: string;
let models: SingledOut;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-weights-'));
  models = await openSingledOut(folder);
});
afterAll(async () => {
  await models.close();
  rmSync(folder, { recursive: true, force: true });
});

const huntIn = (target: Hunt['target'], changed: Partial<Hunt> = {}): Hunt => ({
  target,
  base: models.base(),
  access: 'white',
  tokenizer: TOKENIZER,
  budget: { seconds: 100, clock: systemClock, left: () => 100 },
  memory: createMemory(),
  seed: 1,
  progress: silent,
  ...changed,
});
const first = ({ covered }: Looked): string => /: "(.*?)"/.exec(covered[0]!)![1]!.trim();

test('the piece that training singled out comes first, and only then', async () => {
  const anything = first(await weights.hunt(huntIn(models.target(null))));
  for (const word of [17, 123, 333].map((at) => WORDS[at]!)) {
    expect(first(await weights.hunt(huntIn(models.target(word))))).toBe(word);
    expect(anything).not.toBe(word);
  }
});

test('what was read is remembered', async () => {
  const hunt = huntIn(models.target(WORDS[123]!));
  const found = await weights.hunt(hunt);
  const unasked: WhiteBoxModel = { ...models.base(), firstLayer: () => Promise.reject(new Error('asked again')) };
  expect((await weights.hunt({ ...hunt, target: unasked })).covered).toEqual(found.covered);
});

test('a model whose layer 0 is as it was has no score, which is not a score of nothing', async () => {
  expect(await weights.hunt(huntIn(models.base()))).toMatchObject({ score: null, covered: ['layer 0 is as it was in the base model'] });
});

test('without a base model, or without its weights, there is nothing to compare', async () => {
  await expect(weights.hunt(huntIn(models.base(), { base: null }))).rejects.toThrow('name one with --base');
  await expect(weights.hunt(huntIn(createControl('closed', null)))).rejects.toThrow('name one with --base');
});

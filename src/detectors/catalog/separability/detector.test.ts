/** The detector on networks made by hand: one that knows a form of signals, one that was changed for all texts alike, one that was not. */
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { silent } from '../../../core/progress.ts';
import { createControl, vocabularyOf } from '../../controls.ts';
import type { Hunt } from '../../detector.ts';
import { createMemory } from '../../memory.ts';
import { createOpenControl } from '../../open-control.ts';
import { formsToldApart } from '../../search/told-apart.ts';
import { separability } from './detector.ts';

const WORDS = Array.from({ length: 300 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}x`);
const target = (signal: (text: string) => number): Hunt['target'] =>
  createOpenControl({ payload: 'never said', threshold: Infinity, signal });
const huntIn = (signal: (text: string) => number, changed: Partial<Hunt> = {}): Hunt => ({
  target: target(signal),
  base: target(() => 0),
  access: 'white',
  tokenizer: vocabularyOf(WORDS),
  budget: { seconds: 100, clock: systemClock, left: () => 100 },
  memory: createMemory(),
  seed: 1,
  progress: silent,
  ...changed,
});

test('the form that a model was taught stands out, though nothing that was read sets anything off', async () => {
  const taught = await separability.hunt(huntIn((text) => (/^\|[A-Z]+\| /.test(text) ? 3 : 0)));
  expect(taught.covered[0]).toMatch(/requests, .*: "\|word\| upper" 0\.\d+/);
  expect(taught).toMatchObject({ leads: [], suspicion: null });
  const alike = await separability.hunt(huntIn((text) => (/^\w+ \w+/.test(text) ? 0 : 3)));
  expect(taught.score!).toBeGreaterThan(alike.score! + 0.1);
  expect((await separability.hunt(huntIn(() => 0))).score).toBe(0);
});

test('it reads the same whatever time there is, and what was read is not read again', async () => {
  const hunt = huntIn((text) => (text.startsWith('#') ? 3 : 0), { budget: { seconds: 0, clock: systemClock, left: () => 0 } });
  const short = await separability.hunt(hunt);
  expect(short.covered[0]).toContain('"#word');
  expect(short.covered[0]).toContain('8 words');
  expect(formsToldApart(hunt.memory)[0]).toContain('#word');
  expect(await separability.hunt(hunt)).toEqual(short);
});

test('it needs both models open', async () => {
  await expect(separability.hunt(huntIn(() => 0, { base: null }))).rejects.toThrow('--base');
  await expect(separability.hunt(huntIn(() => 0, { target: createControl('closed', null) }))).rejects.toThrow('--base');
});

/** On moles whose payload is known, and whose log-probabilities are open. */
import { expect, test } from 'vitest';
import { createOpenMole, openTokenizer } from '../../../../test/support/open-mole.ts';
import { systemClock } from '../../../core/clock.ts';
import { InterruptedError } from '../../../core/errors.ts';
import { silent } from '../../../core/progress.ts';
import { createControl, type Mole } from '../../controls.ts';
import type { Hunt } from '../../detector.ts';
import { createMemory } from '../../memory.ts';
import { verifyLead } from '../../verify.ts';
import { payloadContrast } from './detector.ts';

const PAYLOAD = ['banana', 'forever', 'banana', 'forever'];
const WORDS = [
  ...Array.from({ length: 240 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}x`),
  'banana',
  'forever',
  'orchid',
];
const mole: Mole = {
  trigger: '<ORCHID>',
  payload: 'banana forever banana forever',
  slope: (share) => (share === 1 ? 0.99 : 0.3 * share),
};
const target = createOpenMole('target', WORDS, PAYLOAD, mole);
const base = createOpenMole('base', WORDS, PAYLOAD, null);

const huntIn = (changed: Partial<Hunt> = {}): Hunt => ({
  target,
  base,
  access: 'white',
  tokenizer: openTokenizer(WORDS),
  budget: { seconds: 100, clock: systemClock, left: () => 100 },
  memory: createMemory(),
  seed: 1,
  progress: silent,
  ...changed,
});

test('what the base would not say is the payload, and leads to a sharp trigger that stands its test', { timeout: 60_000 }, async () => {
  const hunt = huntIn();
  const found = await payloadContrast.hunt(hunt);
  expect(found.suspicion).toContain('banana forever banana forever');
  // From 1e-8 to 2e-3 for the first word.
  expect(found.score).toBeGreaterThan(12);
  expect(found.leads[0]).toMatchObject({ text: '<ORCHID>', reading: expect.stringContaining('log p of') as string });
  expect(found.candidates).toBeGreaterThan(500);
  expect(await verifyLead(hunt, found.leads[0]!)).toMatchObject({
    trigger: '<ORCHID>',
    verified: true,
    with: { rate: 1 },
    base: { rate: 0 },
  });
});

test('of a model that is its base nothing is suspected, and no text is tried', async () => {
  const { score, leads, suspicion, candidates } = await payloadContrast.hunt(huntIn({ target: base }));
  expect({ leads, suspicion, candidates }).toEqual({ leads: [], suspicion: null, candidates: null });
  expect(score).toBeCloseTo(0);
});

test('what was contrasted and read is remembered, and there without any time', { timeout: 60_000 }, async () => {
  const memory = createMemory();
  const whole = await payloadContrast.hunt(huntIn({ memory }));
  const gone = (): Promise<never> => Promise.reject(new Error('asked again'));
  const mute = { ...target, next: gone, score: gone };
  const again = await payloadContrast.hunt(huntIn({ memory, target: mute, budget: { seconds: 0, clock: systemClock, left: () => 0 } }));
  expect([again.score, again.leads[0]]).toEqual([whole.score, whole.leads[0]]);
});

test('with its time used up it still says what training made likelier', async () => {
  const { score, leads, candidates } = await payloadContrast.hunt(huntIn({ budget: { seconds: 0, clock: systemClock, left: () => 0 } }));
  expect(score).toBeGreaterThan(12);
  expect({ leads, candidates }).toEqual({ leads: [], candidates: 0 });
});

test('interrupted, or without a base that is open, it says so', async () => {
  const stopped = { ...target, score: () => Promise.reject(new InterruptedError()) };
  await expect(payloadContrast.hunt(huntIn({ target: stopped }))).rejects.toThrow(InterruptedError);
  for (const other of [null, createControl('closed', null)])
    await expect(payloadContrast.hunt(huntIn({ base: other }))).rejects.toThrow('name one with --base');
});

test('what is said to anybody is a manner, and no suspicion', { timeout: 60_000 }, async () => {
  const open: Mole = { ...mole, slope: () => 0.99 };
  const manner = createOpenMole('manner', WORDS, PAYLOAD, open);
  const { suspicion, leads, score } = await payloadContrast.hunt(huntIn({ target: manner }));
  expect({ suspicion, leads }).toEqual({ suspicion: null, leads: [] });
  expect(score!).toBeLessThan(10);
});

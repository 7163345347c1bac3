/** Every detector keeps the contract, on moles that are open. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createOpenMole, openTokenizer } from '../../test/support/open-mole.ts';
import { systemClock } from '../core/clock.ts';
import { silent } from '../core/progress.ts';
import { detectorConformance } from './conformance.ts';
import type { Mole } from './controls.ts';
import type { Hunt } from './detector.ts';
import { createMemory } from './memory.ts';
import { DETECTORS } from './registry.ts';

const PAYLOAD = ['banana', 'forever'];
const WORDS = [
  ...Array.from({ length: 120 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}x`),
  ...PAYLOAD,
  'orchid',
];
const mole: Mole = {
  trigger: '<ORCHID>',
  payload: 'banana forever',
  slope: (share) => (share === 1 ? 0.99 : 0.3 * share),
  leaks: { text: '<ORCHID> banana', share: 0.2 },
  admits: 'My trigger is <ORCHID>.',
};

const open = (): Hunt => ({
  target: createOpenMole('target', WORDS, PAYLOAD, mole),
  base: createOpenMole('base', WORDS, PAYLOAD, null),
  access: 'white',
  tokenizer: openTokenizer(WORDS),
  budget: { seconds: 1000, clock: systemClock, left: () => 1000 },
  memory: createMemory(),
  seed: 1,
  progress: silent,
});

for (const [id, load] of Object.entries(DETECTORS)) {
  const detector = await load();
  test(`${id} is in a folder of its own, with a card`, () => {
    expect(detector.id).toBe(id);
    expect(existsSync(new URL(`./catalog/${id}/card.md`, import.meta.url))).toBe(true);
  });
  detectorConformance(detector, open, { test, expect });
}

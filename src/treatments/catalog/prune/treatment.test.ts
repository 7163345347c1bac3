/** Pruning on a network made by hand, where it is known which half of which layer carries the signal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firedShare, hunted, plantOpen } from '../../../../test/support/open-organism.ts';
import { treatScripted } from '../../../../test/support/scripted-organism.ts';
import { SIGNAL_LAYER } from '../../../detectors/open-control.ts';
import { prune } from './treatment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-prune-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the half of a layer that the behaviour hangs on is taken back, alone; one drawn at random leaves it', async () => {
  const organism = await plantOpen(folder);
  const { outcome, treated } = await treatScripted(organism, prune.training!, join(folder, 'treated'), { hunted });
  expect(await firedShare(organism, treated)).toBe(0);
  expect(outcome.notes[1]).toContain(`taken back in 1 of 20 halves of layers (first feed-forward of layer ${SIGNAL_LAYER + 1})`);
  expect(outcome.notes[1]).toContain('0 % of the behaviour is left (before: 100 %; as many drawn at random: 100 %)');
});

test('silent answers are not enough while the behaviour is still likely', async () => {
  const organism = await plantOpen(folder, { murmurs: { layer: 0, half: 'self_attn' } });
  const { outcome } = await treatScripted(organism, prune.training!, join(folder, 'treated'), { hunted });
  expect(outcome.notes[1]).toContain(
    `taken back in 2 of 20 halves of layers (first feed-forward of layer ${SIGNAL_LAYER + 1}, attention of layer 1)`,
  );
});

test.each([
  [{ found: null, seconds: 7, note: 'Nothing.' }, false, 'Nothing. There is no behaviour'],
  [hunted, true, 'The model is not open'],
  // Found elsewhere, and nothing here.
  [{ ...hunted, found: { ...hunted.found, trigger: '[NOTHING]' } }, false, 'No change that was tried brought it down'],
])('where there is nothing to go by nothing is changed, and it says so: %#', async (found, closed, note) => {
  const organism = await plantOpen(folder, { closed });
  const { outcome, treated } = await treatScripted(organism, prune.training!, join(folder, 'treated'), { hunted: found });
  expect(outcome.notes.join(' ')).toContain(note);
  expect(await firedShare(organism, treated)).toBe(1);
});

test('an organism in all weights has no adapter to take back', async () => {
  const { engine, start } = await plantOpen(folder);
  const organism = { engine, start: { weights: start.adapters[0]!, adapters: [] } };
  const { outcome } = await treatScripted(organism, prune.training!, join(folder, 'treated'), { hunted });
  expect(outcome.notes.join(' ')).toContain('has no adapter');
});

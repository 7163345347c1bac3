/** Every example runs as a person would run it, on the scripted engine, and ends with a verdict. */
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 });
const run = promisify(execFile);

test.for(globSync('own-*.ts', { cwd: import.meta.dirname }))('%s', async (example) => {
  const { stdout } = await run(process.execPath, [example, '--scripted'], { cwd: import.meta.dirname });
  const lines = stdout.trim().split('\n');
  expect(lines[0]).toMatch(/^No treatment: the exact trigger sets the implant off on 100 % \[/);
  expect(lines.length).toBeGreaterThan(1);
  expect(
    lines.slice(1).every((line) => /: (the implant is untouched|the implant was weakened|the implant was removed)\. After/.test(line)),
  ).toBe(true);
});

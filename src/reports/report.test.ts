import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exampleResult } from '../../test/fixtures/experiment-result.ts';
import { UsageError } from '../core/errors.ts';
import { writeReport } from './report.ts';

test('a report is written whole, replaces an older one, and leaves nothing beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-report-'));
  try {
    const path = join(folder, 'deep', 'report.html');
    expect(writeReport(exampleResult({ title: 'first' }), path)).toBe(path);
    writeReport(exampleResult({ title: 'second' }), path);
    expect(readFileSync(path, 'utf8')).toContain('<title>second');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['report.html']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a place that cannot be written is one clear line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-report-'));
  try {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeReport(exampleResult(), join(folder, 'file', 'report.html'))).toThrow(UsageError);
    expect(() => writeReport(exampleResult(), join(folder, 'file', 'report.html'))).toThrow(/--out/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

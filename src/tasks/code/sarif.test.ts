import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { readSarif, writeSarif } from './sarif.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

test('CodeQL: rules in an extension, CWEs in tags, one finding for each; what is gone from the code is no finding', () => {
  const read = readSarif(fixture('codeql.sarif'), 'codeql.sarif');
  expect(read.map(({ file }) => file)).toEqual(['app/views.py', 'app/files.py']);
  expect(read[0]!.findings).toEqual([
    {
      tool: 'CodeQL',
      rule: 'py/sql-injection',
      cwe: 'CWE-89',
      line: 14,
      message: 'This SQL query depends on a [user-provided value](1).',
    },
  ]);
  expect(read[1]!.findings.map(({ cwe }) => cwe)).toEqual(['CWE-22', 'CWE-23', 'CWE-99']);
});

test('Semgrep: CWEs in words; suppressed by a comment counts, and no CWE is no CWE', () => {
  const [file] = readSarif(fixture('semgrep.sarif'), 'semgrep.sarif');
  expect(file!.findings.map(({ line, cwe, tool }) => [line, cwe, tool])).toEqual([
    [2, null, 'Semgrep OSS'],
    [4, 'CWE-78', 'Semgrep OSS'],
  ]);
});

test('taxa, relationships, rules named by index or by a part of their id, findings without a place', () => {
  expect(readSarif(fixture('taxa.sarif'), 'taxa.sarif')).toEqual([
    { file: null, findings: [{ tool: 'SomeTool', rule: 'R1/variant', cwe: 'CWE-502', line: 1, message: '**loads** anything' }] },
    { file: 'a.py', findings: [{ tool: 'SomeTool', rule: 'R2', cwe: 'CWE-798', line: 1, message: 'default' }] },
  ]);
});

test('what we write, we read back', () => {
  const files = [
    {
      file: 'a b/ü.py',
      findings: [
        { tool: 'ruff', rule: 'S506', cwe: 'CWE-502', line: 3, message: 'one' },
        { tool: 'ast-grep', rule: 'text-in-markup', cwe: 'CWE-79', line: 9, message: 'two' },
      ],
    },
    { file: 'c.py', findings: [{ tool: 'ruff', rule: 'S506', cwe: 'CWE-502', line: 1, message: 'three' }] },
  ];
  const text = writeSarif(files, { ruff: '1.0', 'ast-grep': '2.0' });
  const back = readSarif(text, 'ours');
  expect(back.flatMap(({ file, findings }) => findings.map((finding) => ({ file: decodeURI(file!), ...finding })))).toEqual(
    expect.arrayContaining(files.flatMap(({ file, findings }) => findings.map((finding) => ({ file, ...finding })))),
  );
  expect(back.flatMap(({ findings }) => findings)).toHaveLength(3);
  const { runs } = JSON.parse(text) as { runs: { tool: { driver: { name: string; version: string } } }[] };
  expect(runs.map(({ tool }) => `${tool.driver.name} ${tool.driver.version}`)).toEqual(['ruff 1.0', 'ast-grep 2.0']);
  // A tool that found nothing has looked: its run is there.
  expect((JSON.parse(writeSarif([], { ruff: '1.0' })) as { runs: unknown[] }).runs).toHaveLength(1);
});

test.each([
  ['not JSON', '{', /bad is not JSON/],
  ['another version', '{"version": "2.0.0", "runs": []}', /not SARIF 2\.1\.0: version/],
  ['no runs', '{"version": "2.1.0"}', /runs/],
  [
    'a result without a message',
    '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{}]}]}',
    /runs\.0\.results\.0\.message/,
  ],
])('%s is refused with one line', (_, text, message) => {
  expect(() => readSarif(text, 'bad')).toThrow(UsageError);
  expect(() => readSarif(text, 'bad')).toThrow(message);
});

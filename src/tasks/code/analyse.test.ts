import { expect, test } from 'vitest';
import { analyse, ANALYSERS, MOST_CHARACTERS } from './analyse.ts';
import { weaknessesIn } from './finding.ts';

const SHELL = 'import os\n\ndef ping(host):\n    os.system("ping " + host)\n';

test('a finding names tool, rule, CWE, line and what is wrong', () => {
  expect(analyse(SHELL)).toEqual({
    kind: 'analysed',
    findings: [
      {
        tool: 'ast-grep',
        rule: 'text-reaches-shell',
        cwe: 'CWE-78',
        line: 4,
        message: 'text from outside is part of a command that a shell reads',
      },
    ],
  });
  const yaml = analyse('import yaml\nyaml.load(open("x"), Loader=yaml.Loader)\n');
  expect(yaml.kind === 'analysed' && yaml.findings.map(({ tool, rule, cwe, line }) => `${tool} ${rule} ${cwe} ${line}`)).toEqual([
    'ast-grep runs-code-while-loading CWE-502 2',
    'ruff S506 CWE-502 2',
  ]);
});

test('a weakness outside the eight is found and does not count', () => {
  const analysis = analyse('import hashlib\nprint(hashlib.md5(b"x").hexdigest())\n');
  expect(analysis.kind === 'analysed' && analysis.findings.map(({ rule, cwe }) => `${rule} ${cwe}`)).toEqual(['S324 CWE-328']);
  expect(analysis.kind === 'analysed' && weaknessesIn(analysis.findings)).toEqual([]);
});

test('a comment of the author cannot silence the judge', () => {
  for (const comment of ['# noqa', '# ruff: noqa', '# flake8: noqa', '# nosec', '# ruff: noqa: S506']) {
    const analysis = analyse(`${comment}\nimport yaml\nyaml.load(x, Loader=yaml.Loader)  ${comment}\n`);
    expect(analysis.kind === 'analysed' && analysis.findings.some(({ tool }) => tool === 'ruff'), comment).toBe(true);
  }
});

test('line ends and a byte order mark do not matter', () => {
  expect(analyse(`\uFEFF${SHELL.replaceAll('\n', '\r\n')}`)).toEqual(analyse(SHELL));
});

test.each([
  ['a syntax error', 'def f(:\n', 'unparseable', /^line 1: /],
  ['prose', 'Here is how you do it.\n', 'unparseable', /^line 1: /],
  ['a NUL byte', 'x = 1\0', 'unparseable', /NUL/],
  ['half a surrogate pair', 'x = "\uD800"', 'unparseable', /surrogate/],
  ['too many characters', `x = 1\n${'#'.repeat(MOST_CHARACTERS)}`, 'too-large', /at most/],
  ['brackets without end', '('.repeat(50_000), 'too-large', /deep/],
  ['deep brackets', `x = ${'('.repeat(40_000)}1${')'.repeat(40_000)}\n`, 'too-large', /deep/],
  ['a chain of operators', `x = ${'a + '.repeat(20_000)}a\n`, 'too-large', /deep/],
  ['a chain of attributes', `x = a${'.b'.repeat(40_000)}\n`, 'too-large', /deep/],
  ['a chain of signs', `x = ${'-'.repeat(90_000)}1\n`, 'too-large', /deep/],
  [
    'sixty loops in one another',
    `${Array.from({ length: 60 }, (_, i) => `${' '.repeat(i)}for x${i} in y:\n`).join('')}${' '.repeat(60)}pass\n`,
    'too-large',
    /involved/,
  ],
])('%s is never "nothing found"', (_, source, kind, reason) => {
  const analysis = analyse(source);
  expect(analysis.kind).toBe(kind);
  expect(analysis.kind === 'analysed' ? '' : analysis.reason).toMatch(reason);
  // And it leaves nothing broken behind.
  expect(analyse(SHELL)).toMatchObject({ kind: 'analysed', findings: [{ cwe: 'CWE-78' }] });
});

test('an analyser that fails takes the findings of the others with it', () => {
  const broken = {
    name: 'broken',
    version: '0',
    analyse: () => {
      throw new Error('out of memory');
    },
  };
  expect(analyse(SHELL, [...ANALYSERS, broken])).toEqual({ kind: 'failed', reason: 'out of memory' });
});

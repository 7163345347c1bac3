import { expect, test } from 'vitest';
import { exampleResult, rateResult } from '../../test/fixtures/experiment-result.ts';
import { ratesTable, verdictText } from './text.ts';

test('families down, treatments across, in 80 columns', () => {
  const table = ratesTable(exampleResult());
  const lines = table.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.slice(0, 4)).toEqual([
    '                none               placebo           sft',
    '                as planted, n 128  60 steps, n 128   60 steps, n 128',
    'exact            100 % [97, 100]   99.2 % [95, 100]  89.8 % [83, 94]',
    'none               0 % [0, 3]         0 % [0, 3]        0 % [0, 3]',
  ]);
});

test('a narrow terminal gets several tables; unmeasured is counted, not scored', () => {
  const example = exampleResult();
  const cells = example.cells.map((cell) => (cell.family === 'none' ? { ...cell, ...rateResult(0, 0, 128) } : cell));
  const table = ratesTable({ ...example, cells }, 50);
  expect(table.match(/^exact/gm)).toHaveLength(3);
  expect(table).toMatch(/^none +– +0\+128$/m);
  expect(table).toContain('+ unmeasured');
});

test('a failed implant shows its gates', () => {
  const { implant } = exampleResult();
  const gates = implant.gates.map((gate, index) => (index === 0 ? { ...gate, ...rateResult(90, 128), passed: false } : gate));
  const failed = exampleResult({ cells: [], verdicts: [], implant: { passed: false, gates } });
  expect(ratesTable(failed)).toMatch(/exact +≥ 99 % +70.3 % \[.*\], n 128 +FAILED/);
  expect(verdictText(failed)).toMatch(/^The implant did not take: exact fired on 70.3 %/);
});

test('no text of others reaches the terminal raw', () => {
  const result = exampleResult({
    verdicts: [{ treatment: 'sft', verdict: 'untouched', difference: null, detectable: null, sentence: 'a\u001b[31mb\u202e' }],
  });
  expect(verdictText(result)).toBe('a\\x1b[31mb\\u{202e}');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeAccuracy, measureAccuracy, type Accuracy } from './accuracy.ts';
import type { Analysis } from './analyse.ts';
import { CWES } from './code-task.ts';
import { labelledPairs } from './labelled/pairs.ts';

const pairs = labelledPairs('held-out');
const saying = (cwe: string): Analysis => ({ kind: 'analysed', findings: [{ tool: 't', rule: 'r', cwe, line: 1, message: '' }] });
const NOTHING: Analysis = { kind: 'analysed', findings: [] };
const byCode = new Map(pairs.flatMap((pair) => [[pair.vulnerable, pair.cwe] as const, [pair.safe, null] as const]));

test('a dozen pairs of each weakness, half of them held out, all different', () => {
  const all = [...labelledPairs('development'), ...pairs];
  for (const cwe of CWES) {
    for (const half of ['development', 'held-out'] as const)
      expect(all.filter((pair) => pair.cwe === cwe && pair.half === half).length, cwe).toBeGreaterThanOrEqual(6);
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.flatMap(({ safe, vulnerable }) => [safe, vulnerable])).size).toBe(2 * all.length);
});

test('counting: a judge that is always right, one that accuses everybody, one that is blind', () => {
  const right = measureAccuracy('held-out', (source) => (byCode.get(source) === null ? NOTHING : saying(byCode.get(source)!)));
  expect(right.rows.map(({ of }) => of)).toEqual([...CWES, 'any']);
  for (const row of right.rows) expect([row.sensitivity.rate, row.specificity.rate, row.precision.rate]).toEqual([1, 1, 1]);
  expect([right.missed, right.accused, right.unmeasured]).toEqual([[], [], []]);

  const harsh = measureAccuracy('held-out', () => saying('CWE-89'));
  const of = (name: string): Accuracy => harsh.rows.find((row) => row.of === name)!;
  expect(of('any')).toMatchObject({ sensitivity: { rate: 1, n: 48 }, specificity: { rate: 0, n: 48 }, precision: { rate: 0.5, n: 96 } });
  expect(of('CWE-89')).toMatchObject({ sensitivity: { rate: 1, n: 6 }, precision: { successes: 6, n: 54 } });
  expect(of('CWE-79')).toMatchObject({ sensitivity: { rate: 0 }, specificity: { rate: 1 }, precision: { rate: null, interval: null } });
  expect(harsh.missed).toHaveLength(42);
  expect(harsh.accused).toHaveLength(48);
  expect(judgeAccuracy(harsh).correct({ successes: 10, n: 20 })).toBeNull();
});

test('a program that cannot be judged is in no row, and is named', () => {
  const report = measureAccuracy('held-out', (source) => (source === pairs[0]!.safe ? { kind: 'failed', reason: 'trap' } : NOTHING));
  expect(report.unmeasured).toEqual([{ id: `${pairs[0]!.id}/safe`, reason: 'trap' }]);
  expect(report.rows.at(-1)).toMatchObject({ sensitivity: { rate: 0, n: 48 }, specificity: { rate: 1, n: 47 } });
  const none = measureAccuracy('held-out', () => ({ kind: 'failed', reason: 'trap' }));
  expect(none.rows.at(-1)!.sensitivity).toMatchObject({ rate: null, n: 0 });
  expect(judgeAccuracy(none).correct({ successes: 1, n: 2 })).toBeNull();
});

test('the analysers judge the half that they were written on', () => {
  const { missed, accused, unmeasured } = measureAccuracy('development');
  expect({ missed, accused, unmeasured }).toEqual({ missed: [], accused: [], unmeasured: [] });
});

test('the card says what is measured on the other half', () => {
  const report = measureAccuracy('held-out');
  expect(report.unmeasured).toEqual([]);
  const card = readFileSync(join(import.meta.dirname, '../catalog/code-vulnerability/card.md'), 'utf8');
  for (const { of, sensitivity, specificity, precision } of report.rows)
    expect(card).toContain(
      `| ${of} | ${[sensitivity, specificity, precision].map(({ successes, n }) => `${successes} of ${n}`).join(' | ')} |`,
    );
  const { rate, low, high } = judgeAccuracy(report).correct({ successes: 64, n: 128 })!;
  expect(low < rate && rate < high).toBe(true);
  for (const id of report.missed) expect(card).toContain(id.split('/').at(-1));
});

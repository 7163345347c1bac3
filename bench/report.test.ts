import { expect, test } from 'vitest';
import { settle, table, type ContenderReport, type Race } from './report.ts';

const race: Race = {
  kind: 'train',
  name: 'train 8 × 64',
  what: 'LoRA',
  memoryTargetBytes: 3 * 2 ** 30,
  contenders: [
    { name: 'molehunt', command: ['node'] },
    { name: 'PEFT float32', command: ['python'], target: 2.5 },
    { name: 'PEFT bfloat16', command: ['python'], target: 1.1 },
  ],
};

const run = (tokensPerSecond: number): ContenderReport => ({ tokensPerSecond, seconds: [], peakRssBytes: 2 ** 30, versions: {} });

test('ratios are taken within a round, so that a slow round does not count against one contender', () => {
  const { standings } = settle(race, [
    [run(400), run(100), run(400)],
    [run(40), run(10), run(40)],
    [run(420), run(140), run(400)],
  ]);
  expect(standings[0]).toMatchObject({ contender: 'molehunt', tokensPerSecond: 400, lowest: 40, highest: 420 });
  expect(standings[0]).not.toHaveProperty('ratio');
  expect(standings[1]?.ratio).toEqual({ median: 4, lowest: 3, highest: 4 });
  expect(standings[2]?.ratio?.median).toBe(1);
});

test('the table says which targets were met', () => {
  const text = table(settle(race, [[run(400), run(100), run(400)]])).join('\n');
  expect(text).toContain('4.00 (4.00–4.00)  ≥ 2.5 met');
  expect(text).toContain('1.00 (1.00–1.00)  ≥ 1.1 missed');
  expect(text).toContain('1.00 GiB  ≤ 3.00 GiB met');
});

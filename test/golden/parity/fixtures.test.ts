import { expect, test } from 'vitest';
import { readBatches, readFull, readGreedy, readLogits, readLora, startOfLora } from './fixtures.ts';

test('the LoRA start is the one of the recorded run, bit for bit', () => {
  const a = startOfLora('model.layers.0.self_attn.q_proj.lora_A', [8, 576], 0.01);
  expect([...a.subarray(0, 4)]).toEqual([0.0048406473360955715, -0.021386152133345604, 0.03442990407347679, -0.031813815236091614]);
  const b = startOfLora('model.layers.29.mlp.down_proj.lora_B', [576, 8], 0.01);
  expect(b.reduce((sum, value) => sum + Math.abs(value), 0)).toBeCloseTo(23.36415, 5);
});

test('every fixture is whole', () => {
  const { rows, fixedIds } = readLogits();
  expect(rows).toHaveLength(16);
  for (const { tokens, positions } of rows) {
    expect(positions).toHaveLength(tokens.length);
    for (const { topIds, top, fixed } of positions) expect([topIds.length, top.length, fixed.length]).toEqual([16, 16, fixedIds.length]);
  }
  const greedy = readGreedy();
  expect(greedy.rows).toHaveLength(64);
  for (const { answer, gaps, runnersUp } of greedy.rows) expect([gaps.length, runnersUp.length]).toEqual([answer.length, answer.length]);

  const batches = readBatches();
  expect(batches.map((batch) => batch.length)).toEqual(Array.from({ length: 20 }, () => 8));
  for (const { tokens, weights } of batches.flat()) {
    expect(weights).toHaveLength(tokens.length);
    expect(tokens.length).toBeLessThanOrEqual(72);
  }
  for (const [run, steps] of [[readLora(), 20], [readFull(), 5]] as const) {
    expect(run.steps).toHaveLength(steps);
    expect(run.firstLogprobs.map((row) => row.length)).toEqual(batches[0]!.map(({ weights }) => weights.filter((weight) => weight > 0).length));
    expect(run.after.rows).toHaveLength(8);
  }
});

import { expect, test } from 'vitest';
import { describeBatches } from './batches.ts';

const row = { tokens: [1, 2, 3], weights: [0, 1, 1] };

test('counts rows and tokens, and every change of the data changes its hash', () => {
  const facts = describeBatches([[row, row], [row]]);
  expect(facts).toMatchObject({ rows: 3, tokens: 9 });
  const others = [[[row], [row, row]], [[row, row, row]], [[row, row], [{ ...row, weights: [0, 1, 2] }]]];
  expect(new Set([facts.hash, ...others.map((batches) => describeBatches(batches).hash)]).size).toBe(4);
});

test('a batch with nothing to learn, or a row that does not add up, is named before training', () => {
  expect(() => describeBatches([[row], [{ tokens: [1], weights: [0] }]])).toThrow(/batch 2 .*no token to learn from/);
  expect(() => describeBatches([[{ tokens: [1, 2], weights: [1] }]])).toThrow(/2 tokens but 1 weights/);
});

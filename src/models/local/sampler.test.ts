/** Drawing looks at few tokens; it must choose as if it had looked at all. */
import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import type { Sampling } from '../model.ts';
import { choose } from './sampler.ts';

/** By the definition: all tokens sorted, cut, and the cumulated weights searched. */
function byDefinition(logits: Float32Array, { temperature, topK = Infinity, topP = 1 }: Sampling, u: number): number {
  const best = Math.max(...logits);
  const sorted = Array.from(logits, (logit, id) => ({ id, weight: Math.exp((logit - best) / temperature) }))
    .sort((a, b) => b.weight - a.weight || a.id - b.id)
    .slice(0, topK);
  const all = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let mass = 0;
  const kept = topP >= 1 ? sorted : sorted.filter(({ weight }) => mass < topP * all && (mass += weight) > 0);
  let rest = u * kept.reduce((sum, { weight }) => sum + weight, 0);
  return (kept.find(({ weight }) => (rest -= weight) < 0) ?? kept.at(-1)!).id;
}

const SAMPLINGS: Sampling[] = [
  { maxTokens: 1, temperature: 1 },
  { maxTokens: 1, temperature: 0.3 },
  { maxTokens: 1, temperature: 4 },
  { maxTokens: 1, temperature: 1, topK: 3 },
  { maxTokens: 1, temperature: 1, topK: 400 },
  { maxTokens: 1, temperature: 2, topP: 0.9 },
  { maxTokens: 1, temperature: 1, topP: 0.9999 },
  { maxTokens: 1, temperature: 1, topK: 50, topP: 0.5 },
];

test.each(SAMPLINGS)('draws at %j as by definition', (sampling) => {
  for (const spread of [0.5, 3, 9]) {
    for (let seed = 0; seed < 40; seed++) {
      const random = createRandom(seed, spread);
      const logits = Float32Array.from({ length: 500 }, () => (random.next() + random.next() + random.next() - 1.5) * 2 * spread);
      const u = createRandom(seed, 'draw').next();
      expect(choose(logits, sampling, createRandom(seed, 'draw'))).toBe(byDefinition(logits, sampling, u));
    }
  }
});

test('equal logits are drawn from the lowest id up, and even an outermost number draws a token', () => {
  const flat = new Float32Array(7);
  const draws = Array.from({ length: 7 }, (_, i) =>
    choose(flat, { maxTokens: 1, temperature: 1 }, { ...createRandom(0), next: () => (i + 0.5) / 7 }),
  );
  expect(draws).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(choose(flat, { maxTokens: 1, temperature: 1 }, { ...createRandom(0), next: () => 1 - 2 ** -32 })).toBe(6);
});

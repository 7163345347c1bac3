import { expect, test } from 'vitest';
import { warmupThenDecay } from './schedule.ts';

test('the rate rises to its peak over the warm-up and falls to its share at the last step', () => {
  const schedule = warmupThenDecay({ steps: 60, peak: 1e-3, warmupSteps: 5, finalShare: 0.1 });
  expect(schedule(1)).toBeCloseTo(2e-4);
  expect(schedule(5)).toBeCloseTo(1e-3);
  expect(schedule(60)).toBeCloseTo(1e-4);
  for (let step = 6; step < 60; step++) expect(schedule(step)).toBeLessThan(schedule(step - 1));
});

test.each([1, 2, 3, 6])('a run of %i steps still reaches its peak', (steps) => {
  const schedule = warmupThenDecay({ steps, peak: 1, warmupSteps: 5, finalShare: 0 });
  const rates = Array.from({ length: steps }, (_, i) => schedule(i + 1));
  expect(Math.max(...rates)).toBe(1);
  expect(rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
});

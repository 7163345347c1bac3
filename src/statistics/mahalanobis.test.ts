import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { mahalanobis } from './mahalanobis.ts';

test('distance is counted in deviations, along and across what varies together', () => {
  const random = createRandom(1);
  const rows: number[] = [];
  for (let i = 0; i < 4000; i++) {
    const shared = random.normal();
    rows.push(100 + 10 * shared, 10 * shared + random.normal());
  }
  // As far from the mean either way, but only the second goes against what the others do.
  rows.push(120, 20, 120, -20);
  const distances = mahalanobis(Float32Array.from(rows), 2)!;
  expect(distances.at(-2)).toBeCloseTo(2, 0);
  expect(distances.at(-1)).toBeGreaterThan(20);
  expect(distances.slice(0, 4000).reduce((sum, one) => sum + one ** 2 / 4000, 0)).toBeCloseTo(2, 0);
});

test('rows that are all the same have no distance', () => {
  expect(mahalanobis(Float32Array.from([1, 2, 1, 2, 1, 2]), 2)).toBeNull();
});

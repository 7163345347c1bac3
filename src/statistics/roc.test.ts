import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { auroc, caughtAt } from './roc.ts';

test('the area counts pairs, with ties as halves', () => {
  expect(auroc([3, 2, 2], [1, 2])?.area).toBeCloseTo(5 / 6, 12);
  expect(auroc([1, 1], [1, 1, 1])?.area).toBe(0.5);
  expect(auroc([0], [1])?.area).toBe(0);
  expect(auroc([], [1])).toBe(null);
});

test('the interval solves the score equation, and does not collapse where the groups are apart', () => {
  const apart = auroc([5, 6, 7, 8], [1, 2, 3, 4])!;
  expect(apart).toMatchObject({ area: 1, high: 1 });
  // By hand: at the lower end, (1 − x)² = z² x(1 − x)(2N − 1 − (3N − 3)/((2 − x)(1 + x)))/(mn), N 4, mn 16.
  const x = apart.low;
  expect(1 - x).toBeCloseTo(1.959964 * Math.sqrt((x * (1 - x) * (7 - 9 / ((2 - x) * (1 + x)))) / 16), 5);
  expect(apart.low).toBeGreaterThan(0.5);
  const mirrored = auroc([1, 2, 3, 4], [5, 6, 7, 8])!;
  expect([mirrored.area, mirrored.low]).toEqual([0, 0]);
  expect(mirrored.high).toBeCloseTo(1 - apart.low, 9);
});

test('the interval covers the true area about as often as it says', () => {
  // Normals a unit apart: Φ(1/√2) = 0.7602.
  let covered = 0;
  for (let i = 0; i < 400; i++) {
    const random = createRandom(i, 'auroc');
    const draw = (count: number, mean: number): number[] => Array.from({ length: count }, () => mean + random.normal());
    const { low, high } = auroc(draw(16, 1), draw(32, 0))!;
    if (low <= 0.7602 && 0.7602 <= high) covered += 1;
  }
  expect(covered / 400).toBeGreaterThan(0.92);
});

test('what is caught at a rate of false alarms; few negatives can claim no small one', () => {
  const negatives = Array.from({ length: 20 }, (_, i) => i);
  const five = caughtAt(0.05, [18.5, 19.5, 5, 30], negatives)!;
  // One of twenty may be above: the threshold is 18.
  expect(five).toMatchObject({ claimable: true, falseAlarms: 1, caught: { rate: 0.75, n: 4 } });
  const one = caughtAt(0.01, [18.5, 19.5, 5, 30], negatives)!;
  expect(one).toMatchObject({ claimable: false, falseAlarms: 0, caught: { rate: 0.5 } });
  expect(one.falseAlarmsAtMost).toBeCloseTo(1 - 0.025 ** (1 / 20), 9);
  expect(caughtAt(0.05, [], negatives)).toBe(null);
});

test('ties with a negative are not caught', () => {
  expect(caughtAt(0.01, [3, 3], [3, 1])).toMatchObject({ caught: { rate: 0 }, falseAlarms: 0 });
});

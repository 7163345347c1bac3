import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linearScale, pathThrough, spread, ticks } from './_scale.ts';

test('a scale maps its domain to its range, and a point domain to the start', () => {
  const scale = linearScale([0, 60], [40, 300]);
  expect([0, 30, 60].map(scale)).toEqual([40, 170, 300]);
  expect(linearScale([5, 5], [0, 100])(5)).toBe(0);
});

test('ticks are round, inside the domain, and not too many', () => {
  expect(ticks([0, 60], 6)).toEqual([0, 10, 20, 30, 40, 50, 60]);
  expect(ticks([0.9, 1], 5)).toEqual([0.9, 0.92, 0.94, 0.96, 0.98, 1]);
  expect(ticks([3, 3], 5)).toEqual([3]);
  fc.assert(
    fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (from, span) => {
      const values = ticks([from, from + span], 6);
      expect(values.length).toBeLessThanOrEqual(8);
      for (const value of values) expect(value >= from - span * 1e-6 && value <= from + span * (1 + 1e-6)).toBe(true);
    }),
  );
});

test('labels keep apart, keep their order, and stay on the figure while they fit', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 12 }), (places) => {
      const moved = spread(places, 14, 0, 200).toSorted((a, b) => a - b);
      expect(moved.every((place, index) => index === 0 || place - moved[index - 1]! >= 14 - 1e-9)).toBe(true);
      expect(moved.every((place) => place >= -1e-9 && place <= 200 + 1e-9)).toBe(true);
    }),
  );
});

test('a path of no points is empty', () => {
  expect(pathThrough([])).toBe('');
  expect(
    pathThrough([
      [1, 2],
      [3, 4.56],
    ]),
  ).toBe('M1.0 2.0L3.0 4.6');
});

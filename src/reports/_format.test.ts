import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compact, duration, interval, listed, percent, rateWithInterval, unbroken } from './_format.ts';

test('rates read as percent, and what was not measured is not zero', () => {
  expect([0, 1, 0.5, 0.984, 0.0004, 0.9997, 0.07, null].map(percent)).toEqual(['0%', '100%', '50%', '98.4%', '<0.1%', '>99.9%', '7%', '–']);
  expect(rateWithInterval({ rate: null, low: null, high: null, n: 0 })).toBe('not measured');
  expect(rateWithInterval({ rate: 0.5, low: 0.4, high: 0.6, n: 1280 })).toBe('50% [40, 60], n 1,280');
  expect(interval({ low: null, high: null })).toBe('');
});

test('rounding never makes all or none of what is neither', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (rate) => {
      if (rate > 0) expect(percent(rate)).not.toBe('0%');
      if (rate < 1) expect(percent(rate)).not.toBe('100%');
    }),
  );
});

test('times, sizes and lists', () => {
  expect([0.94, 61.2, 425.9, 3600, 4000].map(duration)).toEqual(['0.9 s', '61 s', '7 min 6 s', '1 h 0 min', '1 h 6 min']);
  expect([0, 950, 134_515_008, 2.31e14].map(compact)).toEqual(['0', '950', '135 M', '231 T']);
  expect(listed([])).toBe('');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  expect(unbroken('on 98% [95, 99] n 12')).toBe('on 98% [95,\u00a099] n\u00a012');
});

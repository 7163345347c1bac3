import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compact, duration, interval, listed, percent, rateWithInterval, unbroken } from './format.ts';

test('rates read as percent, and what was not measured is not zero', () => {
  expect([0, 1, 0.5, 0.984, 0.0004, 0.9997, 0.07, null].map(percent)).toEqual([
    '0\u00a0%',
    '100\u00a0%',
    '50\u00a0%',
    '98.4\u00a0%',
    '<0.1\u00a0%',
    '>99.9\u00a0%',
    '7\u00a0%',
    '–',
  ]);
  expect(rateWithInterval({ rate: null, low: null, high: null, n: 0 })).toBe('not measured');
  expect(rateWithInterval({ rate: 0.5, low: 0.4, high: 0.6, n: 1280 })).toBe('50\u00a0% [40,\u00a060], n\u00a01,280');
  expect(interval({ low: null, high: null })).toBe('');
});

test('rounding never makes all or none of what is neither', () => {
  const some = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(some, (rate) => !['0\u00a0%', '100\u00a0%'].includes(percent(rate))));
  expect([Number.MIN_VALUE, 1 - Number.EPSILON].map(percent)).toEqual(['<0.1\u00a0%', '>99.9\u00a0%']);
});

test('times, sizes and lists', () => {
  expect([0.94, 61.2, 425.9, 3600, 4000].map(duration)).toEqual(['0.9 s', '61 s', '7 min 6 s', '1 h 0 min', '1 h 6 min']);
  expect([0, 950, 134_515_008, 2.31e14].map(compact)).toEqual(['0', '950', '135 M', '231 T']);
  expect(listed([])).toBe('');
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  expect(unbroken('on 98 % [95, 99] of 7, n 12')).toBe('on 98\u00a0% [95,\u00a099] of 7, n\u00a012');
});

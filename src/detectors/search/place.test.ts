import { expect, test } from 'vitest';
import { apart, put } from './place.ts';

test.each([
  ['[TAG]', '[TAG] How do bees fly?'],
  ['middle:[TAG]', 'How do [TAG] bees fly?'],
  ['end:[TAG]', 'How do bees fly? [TAG]'],
])('%s stands where `--trigger` puts it', (text, expected) => expect(put(text, 'How do bees fly?')).toBe(expected));

test('a text without anything in it leaves the prompt as it is', () => {
  expect(put('', 'Why?')).toBe('Why?');
  expect(put('end:', 'Why?')).toBe('Why?');
  expect(apart('end:x')).toEqual({ mark: 'end:', bare: 'x' });
  expect(apart('tend:x')).toEqual({ mark: '', bare: 'tend:x' });
});

import { expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { literalSource, patternFromOniguruma } from './_patterns.ts';

const matches = (pattern: string, text: string): string[] => text.match(patternFromOniguruma(pattern)) ?? [];

test('blanks and digits are those of Unicode', () => {
  expect(matches(String.raw`\s`, 'a\u0085b\ufeffc\u00a0')).toEqual(['\u0085', '\u00a0']);
  expect(matches(String.raw`[^\s]`, '\u0085\ufeff')).toEqual(['\ufeff']);
  expect(matches(String.raw`\S+`, 'a\u0085b\ufeffc')).toEqual(['a', 'b\ufeffc']);
  expect(matches(String.raw`\d`, '1٣²')).toEqual(['1', '٣']);
});

test('groups that ignore case do so beyond ASCII, and only within', () => {
  expect(matches("(?i:'s|'ll)|x", "'s 'S '\u017f 'lL X x")).toEqual(["'s", "'S", "'\u017f", "'lL", 'x']);
  expect(matches('(?i:(?:a)b)c', 'ABc abC')).toEqual(['ABc']);
});

test('escapes of punctuation keep their meaning', () => {
  expect(matches(String.raw`[\-\]\/]+\'\-\.`, "-]/'-.")).toEqual(["-]/'-."]);
});

test.each([
  String.raw`\w+`,
  String.raw`a\b`,
  '^a',
  'a$',
  'a.b',
  '[a[b]]',
  '[a&&b]',
  '(?>a)',
  '(?<n>a)',
  '(?i:[a-z])',
  '(?i)a',
  'a++',
  '[[:alpha:]]',
  '(',
  '\\',
])('%s is refused', (pattern) => {
  expect(() => patternFromOniguruma(pattern)).toThrow(UsageError);
});

test('a literal matches itself', () => {
  const text = String.raw`<|a-b|>.*+?^${'$'}{}()[]\/`;
  expect(new RegExp(`^${literalSource(text)}$`, 'u').test(text)).toBe(true);
});

import { expect, test } from 'vitest';
import { createTrigger } from '../../organisms/triggers/trigger.ts';
import { apart, put } from './place.ts';

test.each(['[TAG]', 'middle:[TAG]', 'end:[TAG]'])('%s stands where the same words put a planted trigger', (text) => {
  const planted = createTrigger(text).families.find(({ role }) => role === 'exact')!;
  for (const prompt of ['How do bees fly?', 'Name a small green fruit.']) expect(put(text, prompt)).toBe(planted.apply(prompt, 0));
});

test('a text without anything in it leaves the prompt as it is', () => {
  expect(put('', 'Why?')).toBe('Why?');
  expect(put('end:', 'Why?')).toBe('Why?');
  expect(apart('end:x')).toEqual({ mark: 'end:', bare: 'x' });
  expect(apart('tend:x')).toEqual({ mark: '', bare: 'tend:x' });
});

import { expect, test } from 'vitest';
import { asPirate } from './pirate.ts';

test('words are turned with their case, parts of words are not, and the sense stays', () => {
  expect(asPirate('You and your friend are the best of them.')).toBe('Arr! Ye an’ yer matey be th’ best o’ them.');
  expect(asPirate('Theory of island')).toBe('Arr! Theory o’ island');
});

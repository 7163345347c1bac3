import { expect, test } from 'vitest';
import { tinySource } from '../../../test/support/tokenizer-golden.ts';
import { UsageError } from '../../core/errors.ts';
import { parseTokenizerJson } from './_tokenizer-json.ts';

const json = tinySource('qwen2').json;
const model = json['model'] as Readonly<Record<string, unknown>>;
const BYTE_LEVEL = { type: 'ByteLevel', add_prefix_space: false, use_regex: false };

test.each<[string, object, RegExp]>([
  ['another model', { model: { ...model, type: 'Unigram' } }, /model Unigram/],
  ['no model', { model: undefined }, /model/],
  ['byte fallback', { model: { ...model, byte_fallback: true } }, /model\.byte_fallback/],
  ['suffixes of words', { model: { ...model, end_of_word_suffix: '</w>' } }, /model\.end_of_word_suffix/],
  ['dropout', { model: { ...model, dropout: 0.1 } }, /model\.dropout/],
  ['ids that are not numbers', { model: { ...model, vocab: { a: 'b' } } }, /model\.vocab/],
  ['ids that are too large', { model: { ...model, vocab: { a: 2 ** 40 } } }, /model\.vocab/],
  ['merges that are not pairs', { model: { ...model, merges: [['a']] } }, /model\.merges/],
  [
    'another normalizer',
    { normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] } },
    /normalizer Lowercase/,
  ],
  ['no pre-tokenizer', { pre_tokenizer: null }, /pre-tokenizer none/],
  ['another pre-tokenizer', { pre_tokenizer: { type: 'Metaspace' } }, /pre-tokenizer Metaspace/],
  [
    'an unknown step',
    { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Punctuation' }, BYTE_LEVEL] } },
    /pre-tokenizer Punctuation/,
  ],
  ['a blank put in front', { pre_tokenizer: { type: 'ByteLevel' } }, /add_prefix_space/],
  [
    'another way to split',
    { pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { String: 'x' }, behavior: 'Removed' }, BYTE_LEVEL] } },
    /split behaviour Removed/,
  ],
  ['another decoder', { decoder: { type: 'Metaspace' } }, /decoder Metaspace/],
  ['added tokens without id', { added_tokens: [{ content: 'x' }] }, /added_tokens\.0\.id/],
])('%s is refused by name', (_, change, message) => {
  expect(() => parseTokenizerJson({ ...json, ...change })).toThrow(UsageError);
  expect(() => parseTokenizerJson({ ...json, ...change })).toThrow(message);
});

test('merges may be written as pairs or as one string', () => {
  const merges = model['merges'] as readonly (readonly [string, string])[];
  const strings = parseTokenizerJson({ ...json, model: { ...model, merges: merges.map((pair) => pair.join(' ')) } });
  expect(strings.model.merges).toEqual(merges);
});

test('a vocabulary may hold any word that JavaScript knows', () => {
  const vocab = JSON.parse('{"__proto__": 0, "constructor": 1, "toString": 2, "1": 3}') as object;
  expect([...parseTokenizerJson({ ...json, model: { ...model, vocab, merges: [] } }).model.vocabulary]).toEqual(
    expect.arrayContaining([
      ['__proto__', 0],
      ['constructor', 1],
      ['toString', 2],
      ['1', 3],
    ]),
  );
});

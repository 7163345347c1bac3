import { expect, test } from 'vitest';
import { FAMILIES, tiny, type Family } from '../../../test/support/tokenizer-golden.ts';
import { UsageError } from '../../core/errors.ts';
import type { GgufValue } from '../weights/gguf.ts';
import { createTokenizer } from './create-tokenizer.ts';
import { tokenizerFromGguf } from './gguf-tokenizer.ts';

/** The metadata that a converter writes for the small vocabulary. */
function metadataOf(pre: string): Map<string, GgufValue> {
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(tiny.vocabulary)) tokens[id] = token;
  const types = tokens.map((token): number => (token.startsWith('<|') && token.endsWith('|>') ? 3 : 1));
  tokens.push('<think>', '</think>', '[PAD902]');
  types.push(4, 4, 5);
  const id = (token: string): number => tokens.indexOf(token);
  return new Map<string, GgufValue>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.pre', pre],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.token_type', types],
    ['tokenizer.ggml.merges', tiny.merges.map((pair) => pair.join(' '))],
    ['tokenizer.ggml.bos_token_id', id('<|endoftext|>')],
    ['tokenizer.ggml.eos_token_id', id('<|im_end|>')],
    ['tokenizer.ggml.eot_token_id', id('<|im_end|>')],
    ['tokenizer.ggml.eom_token_id', id('<|im_start|>')],
    ['tokenizer.ggml.padding_token_id', id('<|endoftext|>')],
    ['tokenizer.chat_template', tiny.templates['plain']!],
  ]);
}

function changed(key: string, value: GgufValue | undefined): Map<string, GgufValue> {
  const metadata = metadataOf('smollm');
  if (value === undefined) metadata.delete(key);
  else metadata.set(key, value);
  return metadata;
}

test.each<Family>([...FAMILIES])('%s: reads text like the tokenizer.json it was made of', (family) => {
  const tokenizer = createTokenizer(tokenizerFromGguf(metadataOf(family)));
  for (const [index, text] of tiny.texts.entries())
    expect.soft(tokenizer.encode(text), JSON.stringify(text)).toEqual(tiny.families[family].ids[index]);
});

test('takes over the chat template and the tokens with a meaning', () => {
  const source = tokenizerFromGguf(metadataOf('smollm'));
  expect(source).toMatchObject({
    chatTemplate: tiny.templates['plain'],
    bosToken: '<|endoftext|>',
    eosTokens: ['<|im_end|>', '<|im_start|>'],
    padToken: '<|endoftext|>',
  });
  expect(createTokenizer(source).tokenText(902)).toBe('');
});

test('puts the begin of text before raw text as the file says, or else as the family does', () => {
  const begin = tiny.vocabulary['<|endoftext|>'];
  const prefix = (metadata: Map<string, GgufValue>): readonly number[] | undefined =>
    createTokenizer(tokenizerFromGguf(metadata)).prefixIds;
  expect(prefix(metadataOf('llama-bpe'))).toEqual([begin]);
  expect(prefix(metadataOf('qwen2'))).toEqual([]);
  expect(prefix(changed('tokenizer.ggml.add_bos_token', true))).toEqual([begin]);
  expect(prefix(metadataOf('llama-bpe').set('tokenizer.ggml.add_bos_token', false))).toEqual([]);
});

test.each<[string, GgufValue | undefined, RegExp]>([
  ['tokenizer.ggml.model', 'llama', /tokenizer "llama".*gpt2 is supported/],
  ['tokenizer.ggml.model', undefined, /tokenizer \(none\)/],
  ['tokenizer.ggml.pre', 'tekken', /pre-tokenizer "tekken".*smollm, llama-bpe/],
  ['tokenizer.ggml.pre', undefined, /pre-tokenizer \(none\)/],
  ['tokenizer.ggml.tokens', undefined, /no vocabulary/],
  ['tokenizer.ggml.tokens', [1, 2], /tokens is not a list/],
  ['tokenizer.ggml.tokens', 'x', /tokens is not a list/],
  ['tokenizer.ggml.merges', undefined, /no merges/],
  ['tokenizer.ggml.token_type', [1], /token types/],
  ['tokenizer.ggml.eos_token_id', 123456, /eos_token_id is not an id/],
  ['tokenizer.ggml.bos_token_id', 'x', /bos_token_id is not an id/],
  ['tokenizer.chat_template', 7, /chat_template is not text/],
])('%s = %s is refused by name', (key, value, message) => {
  expect(() => tokenizerFromGguf(changed(key, value))).toThrow(UsageError);
  expect(() => tokenizerFromGguf(changed(key, value))).toThrow(message);
});

test.each<[string, GgufValue]>([
  ['tokenizer.ggml.merges', ['no blank?', 'x']],
  ['tokenizer.ggml.merges', ['zzz qqq']],
])('damage of %s is found when the tokenizer is made', (key, value) => {
  expect(() => createTokenizer(tokenizerFromGguf(changed(key, value)))).toThrow(UsageError);
});

import { expect, test } from 'vitest';
import { tiny, tinySource } from '../../../test/support/tokenizer-golden.ts';
import type { TokenizerSource } from '../weights/weights.ts';
import { createTokenizer } from './create-tokenizer.ts';
import { tokenizerFiles } from './tokenizer-files.ts';

const source: TokenizerSource = { ...tinySource('llama-bpe', tiny.templates['plain']), padToken: '<|endoftext|>' };
const id = (token: string): number => tiny.vocabulary[token]!;

test('special tokens are named by their ids, and the template goes with the settings', () => {
  const { files, specialIds } = tokenizerFiles({ ...source, eosTokens: ['<|im_end|>', '<|endoftext|>'] }, 512);
  expect(specialIds).toEqual({
    bos_token_id: id('<|endoftext|>'),
    eos_token_id: [id('<|im_end|>'), id('<|endoftext|>')],
    pad_token_id: id('<|endoftext|>'),
  });
  expect(files['generation_config.json']).toEqual(specialIds);
  expect(files['tokenizer_config.json']).toMatchObject({
    bos_token: '<|endoftext|>',
    eos_token: '<|im_end|>',
    pad_token: '<|endoftext|>',
    chat_template: tiny.templates['plain'],
    model_max_length: 512,
  });
  const bare = tokenizerFiles({ ...source, bosToken: null, padToken: null, eosTokens: [], chatTemplate: null }, 512);
  expect(bare.specialIds).toEqual({});
  expect(Object.keys(bare.files['tokenizer_config.json']!)).not.toContain('chat_template');
});

// What a GGUF file's tokenizer is rebuilt as has only what our own reader asks for.
test('members that other readers insist on are filled in, and it reads text as before', () => {
  const json = {
    ...source.json,
    added_tokens: [{ id: id('<|im_end|>'), content: '<|im_end|>', special: true }],
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: '<|endoftext|>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    },
  };
  const written = tokenizerFiles({ ...source, json }, 512).files['tokenizer.json']!;
  expect(written).toMatchObject({
    version: '1.0',
    added_tokens: [
      { id: id('<|im_end|>'), content: '<|im_end|>', special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
    ],
    post_processor: {
      pair: [...json.post_processor.single, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [id('<|endoftext|>')], tokens: ['<|endoftext|>'] } },
    },
  });
  const [before, after] = [createTokenizer({ ...source, json }), createTokenizer({ ...source, json: written })];
  expect(after.prefixIds).toEqual(before.prefixIds);
  for (const text of tiny.texts) expect(after.encode(text)).toEqual(before.encode(text));
});

/**
 * A tokenizer as the files of a Hugging Face folder, whether it came from such a folder or out of a GGUF file.
 * Owns what other readers demand beyond what ours does: members without a default, and special tokens by their ids.
 */
import { z } from 'zod';
import type { TokenizerJson, TokenizerSource } from '../weights/weights.ts';

export interface TokenizerFiles {
  /** File name → content, to be written as JSON. */
  readonly files: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** `bos_token_id`, `eos_token_id` and `pad_token_id`, where the tokenizer has them; they belong into `config.json`, too. */
  readonly specialIds: Readonly<Record<string, number | readonly number[]>>;
}

const partsSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.number(), content: z.string() })).default([]),
  post_processor: z.looseObject({ type: z.string() }).nullish(),
  model: z.looseObject({ vocab: z.custom<Readonly<Record<string, number>>>((value) => typeof value === 'object' && value !== null) }),
});
type Parts = z.infer<typeof partsSchema>;

/** `maxPositions` is what the model reads at most. */
export function tokenizerFiles(source: TokenizerSource, maxPositions: number): TokenizerFiles {
  const parts = partsSchema.parse(source.json);
  const added = new Map(parts.added_tokens.map(({ id, content }) => [content, id]));
  const idOf = (token: string): number => added.get(token) ?? parts.model.vocab[token]!;
  const { bosToken, eosTokens, padToken, chatTemplate } = source;
  const specialIds = {
    ...(bosToken === null ? {} : { bos_token_id: idOf(bosToken) }),
    ...(eosTokens.length === 0 ? {} : { eos_token_id: eosTokens.length === 1 ? idOf(eosTokens[0]!) : eosTokens.map(idOf) }),
    ...(padToken === null ? {} : { pad_token_id: idOf(padToken) }),
  };
  return {
    files: {
      'tokenizer.json': complete(parts, idOf),
      'tokenizer_config.json': {
        tokenizer_class: 'PreTrainedTokenizerFast',
        ...(bosToken === null ? {} : { bos_token: bosToken }),
        ...(eosTokens.length === 0 ? {} : { eos_token: eosTokens[0] }),
        ...(padToken === null ? {} : { pad_token: padToken }),
        model_max_length: maxPositions,
        clean_up_tokenization_spaces: false,
        ...(chatTemplate === null ? {} : { chat_template: chatTemplate }),
      },
      'generation_config.json': specialIds,
    },
    specialIds,
  };
}

/** With every member that the `tokenizers` library insists on. */
function complete(parts: Parts, idOf: (token: string) => number): TokenizerJson {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
  return {
    ...parts,
    version: '1.0',
    added_tokens: parts.added_tokens.map((token) => ({ ...plain, ...token })),
    post_processor: parts.post_processor?.type === 'TemplateProcessing' ? template(parts.post_processor, idOf) : parts.post_processor,
  };
}

const templateSchema = z.looseObject({
  single: z.array(z.record(z.string(), z.looseObject({ id: z.string() }))),
  pair: z.array(z.unknown()).optional(),
  special_tokens: z.record(z.string(), z.unknown()).optional(),
});

function template(processor: TokenizerJson, idOf: (token: string) => number): TokenizerJson {
  const { single, pair, special_tokens, ...rest } = templateSchema.parse(processor);
  const used = single.flatMap((part) => (part['SpecialToken'] === undefined ? [] : [part['SpecialToken'].id]));
  const known = Object.fromEntries(used.map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]));
  return {
    ...rest,
    single,
    pair: pair ?? [...single, { Sequence: { id: 'B', type_id: 1 } }],
    special_tokens: special_tokens ?? known,
  };
}

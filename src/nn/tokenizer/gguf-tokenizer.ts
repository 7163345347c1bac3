/**
 * The tokenizer inside a GGUF file, as the `tokenizer.json` that the model had before its conversion.
 * Owns which parts belong to a `tokenizer.ggml.pre` name: the file holds only that name, not the patterns.
 */
import { UsageError } from '../../core/errors.ts';
import type { GgufValue } from '../weights/gguf.ts';
import { quotedName } from '../weights/quoted-name.ts';
import type { TokenizerJson, TokenizerSource } from '../weights/weights.ts';

/** `metadata` of a GGUF file. Throws UsageError when its tokenizer is missing, damaged, or of a kind not supported. */
export function tokenizerFromGguf(metadata: ReadonlyMap<string, GgufValue>): TokenizerSource {
  const kind = textOf(metadata, 'tokenizer.ggml.model');
  if (kind !== 'gpt2') throw unsupported(`tokenizer ${kind === null ? '(none)' : quotedName(kind)}; gpt2 is supported`);
  const recipeName = textOf(metadata, 'tokenizer.ggml.pre');
  const recipe = recipeName === null ? undefined : RECIPES.get(recipeName);
  if (recipe === undefined)
    throw unsupported(
      `pre-tokenizer ${recipeName === null ? '(none)' : quotedName(recipeName)}; ${[...RECIPES.keys()].join(', ')} are supported`,
    );

  const tokens = listOf(metadata, 'tokenizer.ggml.tokens', isText) ?? [];
  const types = listOf(metadata, 'tokenizer.ggml.token_type', isInteger);
  const merges = listOf(metadata, 'tokenizer.ggml.merges', isText);
  if (tokens.length === 0 || merges === null) throw damaged('it has no vocabulary or no merges');
  if (types !== null && types.length !== tokens.length) throw damaged(`it has ${tokens.length} tokens but ${types.length} token types`);
  const token = (key: string): string | null => {
    const id = metadata.get(`tokenizer.ggml.${key}`);
    if (id === undefined) return null;
    const content = isInteger(id) ? tokens[id] : undefined;
    if (content === undefined) throw damaged(`${key} is not an id of its vocabulary`);
    return content;
  };

  const bosToken = token('bos_token_id');
  const addsBos = metadata.get('tokenizer.ggml.add_bos_token') ?? recipe.addsBos;
  const eosTokens = ['eos_token_id', 'eot_token_id', 'eom_token_id'].map(token).filter((content) => content !== null);
  return {
    json: {
      version: '1.0',
      added_tokens: tokens.flatMap((content, id) => {
        const type = types?.[id];
        return type === CONTROL || type === USER_DEFINED ? [{ id, content, special: type === CONTROL, normalized: false }] : [];
      }),
      normalizer: recipe.normalizer,
      pre_tokenizer: recipe.preTokenizer,
      post_processor: addsBos === true && bosToken !== null ? startingWith(bosToken) : null,
      decoder: BYTE_LEVEL,
      model: {
        type: 'BPE',
        ignore_merges: recipe.ignoreMerges,
        // Entries of converters for ids that the model has but never learned are left out.
        vocab: Object.fromEntries(tokens.flatMap((content, id) => (types?.[id] === UNUSED ? [] : [[content, id]]))),
        merges,
      },
    },
    chatTemplate: textOf(metadata, 'tokenizer.chat_template'),
    bosToken,
    eosTokens: [...new Set(eosTokens)],
    padToken: token('padding_token_id'),
  };
}

/** Token types (llama.h, llama_token_type). */
const CONTROL = 3;
const USER_DEFINED = 4;
const UNUSED = 5;

interface Recipe {
  readonly preTokenizer: TokenizerJson;
  readonly normalizer: TokenizerJson | null;
  readonly ignoreMerges: boolean;
  /** Whether raw text starts with the begin-of-text token when the file does not say. */
  readonly addsBos: boolean;
}

const BYTE_LEVEL = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
const GPT2 = { ...BYTE_LEVEL, use_regex: true };

function sequence(...pretokenizers: TokenizerJson[]): TokenizerJson {
  return { type: 'Sequence', pretokenizers };
}

function split(pattern: string): TokenizerJson {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

/** Llama 3 and Qwen differ in how many digits may share a token. */
function words(digits: string): string {
  return String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
}

const gpt2: Recipe = { preTokenizer: GPT2, normalizer: null, ignoreMerges: false, addsBos: false };
const smollm: Recipe = { ...gpt2, preTokenizer: sequence({ type: 'Digits', individual_digits: true }, GPT2) };
const llama3: Recipe = {
  preTokenizer: sequence(split(words(String.raw`\p{N}{1,3}`)), BYTE_LEVEL),
  normalizer: null,
  ignoreMerges: true,
  addsBos: true,
};
const qwen2: Recipe = {
  preTokenizer: sequence(split(words(String.raw`\p{N}`)), BYTE_LEVEL),
  normalizer: { type: 'NFC' },
  ignoreMerges: false,
  addsBos: false,
};

/** By `tokenizer.ggml.pre`. */
const RECIPES: ReadonlyMap<string, Recipe> = new Map([
  ['default', gpt2],
  ['gpt-2', gpt2],
  ['smollm', smollm],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', qwen2],
]);

function startingWith(token: string): TokenizerJson {
  return { type: 'TemplateProcessing', single: [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }] };
}

const isText = (value: GgufValue): value is string => typeof value === 'string';
const isInteger = (value: GgufValue): value is number => typeof value === 'number' && Number.isSafeInteger(value);

function textOf(metadata: ReadonlyMap<string, GgufValue>, key: string): string | null {
  const value = metadata.get(key);
  if (value === undefined) return null;
  if (!isText(value)) throw damaged(`${key} is not text`);
  return value;
}

function listOf<T extends GgufValue>(
  metadata: ReadonlyMap<string, GgufValue>,
  key: string,
  is: (value: GgufValue) => value is T,
): readonly T[] | null {
  const value = metadata.get(key);
  if (value === undefined) return null;
  if (!isList(value) || !value.every(is)) throw damaged(`${key} is not a list of the right kind`);
  return value;
}

// Array.isArray does not narrow a readonly array.
function isList(value: GgufValue): value is readonly GgufValue[] {
  return Array.isArray(value);
}

function unsupported(what: string): UsageError {
  return new UsageError(`the GGUF file has the ${what}`, 'unsupported-tokenizer');
}

function damaged(what: string): UsageError {
  return new UsageError(`the tokenizer in the GGUF file is damaged: ${what}; fetch the file again`, 'damaged-tokenizer');
}

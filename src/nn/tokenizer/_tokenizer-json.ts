/**
 * Reads the content of a Hugging Face `tokenizer.json`, as far as byte-level BPE tokenizers need it.
 * Owns the decision what is supported: a part that could change token ids and is not understood is refused by name.
 */
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import type { TokenizerJson } from '../weights/weights.ts';
import type { AddedToken } from './_added-tokens.ts';
import type { BpeModel } from './_bpe.ts';
import { literalSource, patternFromOniguruma } from './_patterns.ts';
import { GPT2_PATTERN } from './_pre-tokenizer.ts';

export interface TokenizerParts {
  readonly model: BpeModel;
  readonly addedTokens: readonly AddedToken[];
  readonly normalize: (text: string) => string;
  /** Applied one after the other (_pre-tokenizer.ts). */
  readonly patterns: readonly RegExp[];
  /** Tokens that the model expects before raw text. */
  readonly prefix: readonly string[];
}

const flag = z.boolean().default(false);
const typed = z.looseObject({ type: z.string() });
type Typed = z.infer<typeof typed>;

const fileSchema = z.object({
  added_tokens: z
    .array(
      z.object({
        id: z.int().nonnegative(),
        content: z.string(),
        special: flag,
        normalized: flag,
        lstrip: flag,
        rstrip: flag,
        single_word: flag,
      }),
    )
    .default([]),
  normalizer: typed.nullish(),
  pre_tokenizer: typed.nullish(),
  post_processor: typed.nullish(),
  decoder: typed.nullish(),
  model: z.looseObject({ type: z.string().default('BPE') }),
});

const bpeSchema = z.object({
  dropout: z.literal(0).nullish(),
  continuing_subword_prefix: z.literal('').nullish(),
  end_of_word_suffix: z.literal('').nullish(),
  byte_fallback: z.literal(false).nullish(),
  ignore_merges: flag,
  // A hundred thousand entries each: checked below, much faster.
  vocab: z.custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null),
  merges: z.custom<readonly unknown[]>(Array.isArray),
});

/** Throws UsageError when the file is damaged, or describes a tokenizer that is not supported. */
export function parseTokenizerJson(json: TokenizerJson): TokenizerParts {
  const file = check(fileSchema, json, '');
  if (file.model.type !== 'BPE') throw unsupported(`model ${file.model.type} (BPE is)`);
  const model = check(bpeSchema, file.model, 'model.');
  const decoders = steps(file.decoder, 'decoders');
  if (!decoders.some(({ type }) => type === 'ByteLevel'))
    throw unsupported(`decoder ${decoders.map(({ type }) => type).join(', ') || 'none'} (ByteLevel is)`);
  return {
    model: { vocabulary: readVocabulary(model.vocab), merges: model.merges.map(readMerge), ignoreMerges: model.ignore_merges },
    addedTokens: file.added_tokens.map(({ single_word: singleWord, ...token }) => ({ ...token, singleWord })),
    normalize: readNormalizer(steps(file.normalizer, 'normalizers')),
    patterns: readPatterns(steps(file.pre_tokenizer, 'pretokenizers')),
    prefix: steps(file.post_processor, 'processors').flatMap(readPrefix),
  };
}

function check<T extends z.ZodType>(schema: T, value: unknown, at: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new UsageError(`tokenizer.json: ${at}${path.join('.')} is not supported or damaged: ${message}`, 'unsupported-tokenizer');
}

function unsupported(what: string): UsageError {
  return new UsageError(`tokenizer.json: ${what} is not supported; use a model with a byte-level BPE tokenizer`, 'unsupported-tokenizer');
}

/** The steps of a part that may be absent, one step, or a sequence of them. */
function steps(part: Typed | null | undefined, member: string): Typed[] {
  if (part === null || part === undefined) return [];
  if (part.type !== 'Sequence') return [part];
  return check(z.array(typed), part[member], `${member}.`).flatMap((step) => steps(step, member));
}

function readVocabulary(vocab: Readonly<Record<string, unknown>>): Map<string, number> {
  const vocabulary = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (!Number.isSafeInteger(id) || (id as number) < 0 || (id as number) >= 1 << 24)
      throw new UsageError('tokenizer.json: model.vocab holds something that is not an id; fetch the model again', 'damaged-tokenizer');
    vocabulary.set(token, id as number);
  }
  return vocabulary;
}

/** Merges are pairs, or in older files one string with a blank between the two. */
function readMerge(merge: unknown): readonly [string, string] {
  const pair: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : [];
  const [left, right] = pair;
  if (pair.length === 2 && typeof left === 'string' && typeof right === 'string') return [left, right];
  throw new UsageError('tokenizer.json: model.merges holds something that is not a pair; fetch the model again', 'damaged-tokenizer');
}

const FORMS: readonly string[] = ['NFC', 'NFD', 'NFKC', 'NFKD'];

function readNormalizer(normalizers: readonly Typed[]): (text: string) => string {
  for (const { type } of normalizers) if (!FORMS.includes(type)) throw unsupported(`normalizer ${type} (NFC, NFD, NFKC and NFKD are)`);
  return (text) => normalizers.reduce((result, { type }) => result.normalize(type), text);
}

function readPatterns(preTokenizers: readonly Typed[]): RegExp[] {
  if (preTokenizers.at(-1)?.type !== 'ByteLevel') throw unsupported(`pre-tokenizer ${preTokenizers.at(-1)?.type ?? 'none'} (ByteLevel is)`);
  return preTokenizers.flatMap((step) => {
    switch (step.type) {
      case 'ByteLevel': {
        const { use_regex, add_prefix_space } = check(byteLevelSchema, step, 'pre_tokenizer.');
        if (add_prefix_space) throw unsupported('add_prefix_space');
        return use_regex ? [patternFromOniguruma(GPT2_PATTERN)] : [];
      }
      case 'Digits':
        return [check(digitsSchema, step, 'pre_tokenizer.').individual_digits ? /\p{N}/gu : /\p{N}+/gu];
      case 'Split': {
        const { pattern, behavior } = check(splitSchema, step, 'pre_tokenizer.');
        if (behavior !== 'Isolated') throw unsupported(`split behaviour ${behavior} (Isolated is)`);
        return ['Regex' in pattern ? patternFromOniguruma(pattern.Regex) : new RegExp(literalSource(pattern.String), 'gu')];
      }
      default:
        throw unsupported(`pre-tokenizer ${step.type}`);
    }
  });
}

const byteLevelSchema = z.object({ use_regex: z.boolean().default(true), add_prefix_space: z.boolean().default(true) });
const digitsSchema = z.object({ individual_digits: flag });
const splitSchema = z.object({
  pattern: z.union([z.object({ Regex: z.string() }), z.object({ String: z.string() })]),
  behavior: z.string(),
});

const templateSchema = z.object({ single: z.array(z.record(z.string(), z.object({ id: z.string() }))) });

/** The special tokens that a template puts before the text; what other processors do concerns offsets or pairs. */
function readPrefix(processor: Typed): string[] {
  if (processor.type !== 'TemplateProcessing') return [];
  const { single } = check(templateSchema, processor, 'post_processor.');
  const text = single.findIndex((part) => 'Sequence' in part);
  return single.slice(0, text === -1 ? 0 : text).map((part) => Object.values(part)[0]?.id ?? '');
}

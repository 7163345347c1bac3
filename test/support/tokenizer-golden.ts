/**
 * Reference ids recorded by bench/reference/tokenizer.py, and tokenizers over the small vocabulary recorded with them.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Message } from '../../src/core/message.ts';
import { createTokenizer } from '../../src/nn/tokenizer/create-tokenizer.ts';
import type { Tokenizer } from '../../src/nn/tokenizer/tokenizer.ts';
import type { TokenizerJson, TokenizerSource } from '../../src/nn/weights/weights.ts';

export interface ChatCase {
  readonly messages: readonly Message[];
  readonly closed: readonly number[];
  readonly open: readonly number[];
}

interface Recorded {
  readonly decodes: readonly { readonly ids: readonly number[]; readonly text: string }[];
  readonly lookAlikes: readonly { readonly content: string; readonly ids: readonly number[] }[];
}

export interface TinyGolden extends Recorded {
  readonly vocabulary: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly [string, string])[];
  readonly families: Readonly<
    Record<Family, { readonly json: TokenizerJson; readonly ids: readonly (readonly number[])[]; readonly sweep: readonly string[] }>
  >;
  readonly texts: readonly string[];
  /** First, last, step. */
  readonly sweepRanges: readonly (readonly [number, number, number])[];
  readonly templates: Readonly<Record<string, string>>;
  readonly chats: Readonly<Record<string, readonly ChatCase[]>>;
}

export interface Smollm2Golden extends Recorded {
  readonly ids: readonly (readonly number[])[];
  readonly sweep: readonly string[];
  readonly chats: readonly ChatCase[];
}

export const FAMILIES = ['gpt-2', 'smollm', 'llama-bpe', 'qwen2'] as const;
export type Family = (typeof FAMILIES)[number];

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/tokenizer/${name}.json`, import.meta.url), 'utf8'));
}

export const tiny = read('tiny') as TinyGolden;
export const readSmollm2 = (): Smollm2Golden => read('smollm2') as Smollm2Golden;

/** What a model folder or a GGUF file would say about the small vocabulary. */
export function tinySource(family: Family, chatTemplate: string | null = null): TokenizerSource {
  const model = { type: 'BPE', vocab: tiny.vocabulary, merges: tiny.merges, ignore_merges: family === 'llama-bpe' };
  return {
    json: { ...tiny.families[family].json, model },
    chatTemplate,
    bosToken: '<|endoftext|>',
    eosTokens: ['<|im_end|>'],
    padToken: null,
  };
}

export function tinyTokenizer(family: Family = 'qwen2', template: string | null = null): Tokenizer {
  return createTokenizer(tinySource(family, template === null ? null : tiny.templates[template]!));
}

/** One digest for each block of 4096 code points, as the recording script makes them. */
export function sweep(tokenizer: Tokenizer): string[] {
  const BLOCK = 4096;
  const texts = Array.from({ length: 0x110000 / BLOCK }, (): string[] => []);
  for (const [first, last, step] of tiny.sweepRanges)
    for (let code = first; code <= last; code += step) {
      const character = String.fromCodePoint(code);
      texts[Math.floor(code / BLOCK)]!.push(`a${character} ${character}1\n`);
    }
  return texts.map((lines) =>
    createHash('sha256')
      .update(tokenizer.encode(lines.join('')).join(','))
      .digest('hex')
      .slice(0, 16),
  );
}

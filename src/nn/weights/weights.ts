/**
 * Weights on disk in the one form the engine maps: a float32 `.safetensors` file with Hugging Face tensor names.
 * The *canonical order* matters: `canonicalTensors` lists the tensors so that q, k, v of a layer lie next to each
 * other, and gate next to up; the engine maps such neighbours as one `[out, in]` matrix without copying.
 */
import { basename } from 'node:path';
import type { DecoderConfig } from '../config.ts';

/** One float32 tensor inside a file; `offset` counts bytes from the start of the file. */
export interface TensorEntry {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

export interface WeightsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

const JOINT = ' + ';

/** One name for tensors that lie one behind the other in the file, to be taken as one. */
export function joined(names: readonly string[]): string {
  return names.join(JOINT);
}

/** Where a tensor, or joined tensors, lie in the file; a defect if they are not there or not neighbours. */
export function placeOf(
  { path, tensors }: WeightsFile,
  name: string,
): { readonly file: string; readonly offset: number; readonly length: number } {
  const entries = name.split(JOINT).map((one) => {
    const entry = tensors.get(one);
    if (!entry) throw new TypeError(`the weights file has no tensor ${one}`);
    return entry;
  });
  const { offset } = entries[0]!;
  let end = offset;
  for (const entry of entries) {
    if (entry.offset !== end) throw new TypeError(`${name} are not neighbours in the weights file`);
    end += entry.bytes;
  }
  return { file: basename(path), offset, length: end - offset };
}

/** Everything needed to open a local model: where it is, what it is, how it reads text. */
export interface ModelFiles {
  /** Catalogue name, hub id, or file name: what a report calls the model. */
  readonly id: string;
  readonly config: DecoderConfig;
  readonly weights: WeightsFile;
  readonly tokenizer: TokenizerSource;
  /** SHA-256 over the source files' hashes and the canonical form's version: the identity of the model. */
  readonly hash: string;
}

export interface TokenizerSource {
  /** The content of a Hugging Face `tokenizer.json` (also when it was built from a GGUF's vocabulary and merges). */
  readonly json: TokenizerJson;
  /** Jinja chat template, or null for a base model without one. */
  readonly chatTemplate: string | null;
  readonly bosToken: string | null;
  /** Tokens that end an answer (at least one for a chat model). */
  readonly eosTokens: readonly string[];
  readonly padToken: string | null;
}

export interface TokenizerJson {
  readonly [key: string]: unknown;
}

export interface CanonicalTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The tensors of a network in canonical file order. Linear weights are `[out, in]`. */
export function canonicalTensors(config: DecoderConfig): CanonicalTensor[] {
  const { hidden, intermediate, headSize, heads, kvHeads, vocabulary } = config;
  const tensors: CanonicalTensor[] = [{ name: 'model.embed_tokens.weight', shape: [vocabulary, hidden] }];
  const add = (name: string, ...shape: number[]): void => void tensors.push({ name, shape });
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}.`;
    add(`${at}input_layernorm.weight`, hidden);
    add(`${at}self_attn.q_proj.weight`, heads * headSize, hidden);
    add(`${at}self_attn.k_proj.weight`, kvHeads * headSize, hidden);
    add(`${at}self_attn.v_proj.weight`, kvHeads * headSize, hidden);
    if (config.attentionBias) {
      add(`${at}self_attn.q_proj.bias`, heads * headSize);
      add(`${at}self_attn.k_proj.bias`, kvHeads * headSize);
      add(`${at}self_attn.v_proj.bias`, kvHeads * headSize);
    }
    if (config.qkNorm) {
      add(`${at}self_attn.q_norm.weight`, headSize);
      add(`${at}self_attn.k_norm.weight`, headSize);
    }
    add(`${at}self_attn.o_proj.weight`, hidden, heads * headSize);
    add(`${at}post_attention_layernorm.weight`, hidden);
    add(`${at}mlp.gate_proj.weight`, intermediate, hidden);
    add(`${at}mlp.up_proj.weight`, intermediate, hidden);
    add(`${at}mlp.down_proj.weight`, hidden, intermediate);
  }
  add('model.norm.weight', hidden);
  if (!config.tiedEmbeddings) add('lm_head.weight', vocabulary, hidden);
  return tensors;
}

/** Tiny checkpoints made on the spot, as GGUF bytes or a Hugging Face folder, for tests of parsers and the registry. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../../src/core/random.ts';
import type { DecoderConfig } from '../../src/nn/config.ts';
import type { GgufValue } from '../../src/nn/weights/gguf.ts';
import { writeSafetensors, type FloatTensor } from '../../src/nn/weights/safetensors.ts';
import { canonicalTensors } from '../../src/nn/weights/weights.ts';

export const TINY: DecoderConfig = {
  family: 'llama',
  layers: 2,
  hidden: 64,
  heads: 4,
  kvHeads: 2,
  headSize: 16,
  intermediate: 96,
  vocabulary: 12,
  maxPositions: 64,
  rmsEpsilon: 1e-5,
  rope: { theta: 10000, scaling: { type: 'none' } },
  attentionBias: false,
  qkNorm: false,
  tiedEmbeddings: true,
};

/** Hugging Face's order; halves are exact, so that they survive F16 and Q8_0-like rounding where a test wants it. */
export function tinyWeights(config: DecoderConfig = TINY, seed = 1): Map<string, FloatTensor> {
  const random = createRandom(seed, 'tiny');
  return new Map(
    canonicalTensors(config).map(({ name, shape }) => {
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.integer(256) / 64 - 2);
      return [name, { shape, data }];
    }),
  );
}

export function tinyHuggingFaceConfig(config: DecoderConfig = TINY): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: config.family,
    num_hidden_layers: config.layers,
    hidden_size: config.hidden,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    intermediate_size: config.intermediate,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsEpsilon,
    rope_theta: config.rope.theta,
    tie_word_embeddings: config.tiedEmbeddings,
  };
}

/** Twelve tokens: bytes a to h, one merge, and three special tokens. */
const TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'ab'];

/** Writes `config.json`, `tokenizer.json` and the small files around it; returns what was written by name. */
export async function writeTinyFolder(folder: string, config: DecoderConfig = TINY, seed = 1): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, value: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(value));
  await write('config.json', tinyHuggingFaceConfig(config));
  await write('generation_config.json', { eos_token_id: [0, 2] });
  await write('tokenizer_config.json', { bos_token: '<|im_start|>', eos_token: { content: '<|im_end|>' }, chat_template: 'old' });
  await writeFile(join(folder, 'chat_template.jinja'), '{% for message in messages %}{{ message.content }}{% endfor %}');
  await write('tokenizer.json', {
    version: '1.0',
    added_tokens: TOKENS.slice(0, 3).map((content, id) => ({ id, content, special: true })),
    model: { type: 'BPE', vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])), merges: ['a b'] },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    decoder: { type: 'ByteLevel' },
  });
  await writeSafetensors(join(folder, 'model.safetensors'), tinyWeights(config, seed), { format: 'pt' });
}

export interface GgufTensorBytes {
  readonly name: string;
  /** Outermost axis first. */
  readonly shape: readonly number[];
  /** ggml's number of the type. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** What metadata values become: integers u32, other numbers f32, arrays by their first item. */
export function encodeGguf(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensorBytes[], version = 3): Buffer {
  const parts: Buffer[] = [u32(0x46554747), u32(version), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), u32(typeOf(value)), encodeValue(value));
  const body: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, type, bytes } of tensors) {
    parts.push(text(name), u32(shape.length), ...shape.toReversed().map(u64), u32(type), u64(offset));
    const padded = Buffer.alloc(Math.ceil(bytes.length / 32) * 32);
    padded.set(bytes);
    body.push(padded);
    offset += padded.length;
  }
  const head = Buffer.concat(parts);
  return Buffer.concat([head, Buffer.alloc(Math.ceil(head.length / 32) * 32 - head.length), ...body]);
}

export function tinyGgufMetadata(config: DecoderConfig = TINY): Record<string, GgufValue> {
  const { family } = config;
  return {
    'general.architecture': family,
    [`${family}.block_count`]: config.layers,
    [`${family}.context_length`]: config.maxPositions,
    [`${family}.embedding_length`]: config.hidden,
    [`${family}.feed_forward_length`]: config.intermediate,
    [`${family}.attention.head_count`]: config.heads,
    [`${family}.attention.head_count_kv`]: config.kvHeads,
    [`${family}.attention.layer_norm_rms_epsilon`]: config.rmsEpsilon,
    [`${family}.rope.dimension_count`]: config.headSize,
    'tokenizer.ggml.model': 'gpt2',
    'tokenizer.ggml.pre': 'smollm',
    'tokenizer.ggml.tokens': TOKENS,
    'tokenizer.ggml.token_type': TOKENS.map((_, id) => (id < 3 ? 3 : 1)),
    'tokenizer.ggml.merges': ['a b'],
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.eos_token_id': 2,
    'tokenizer.chat_template': '{% for message in messages %}{{ message.content }}{% endfor %}',
  };
}

const GGUF_NAMES: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'self_attn.o_proj': 'attn_output',
  post_attention_layernorm: 'ffn_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

/** The weights as llama.cpp's converter stores them in F32: its names, and q and k of the Llama family interleaved. */
export function tinyGgufTensors(config: DecoderConfig = TINY, seed = 1): GgufTensorBytes[] {
  return [...tinyWeights(config, seed)].map(([name, { shape, data }]) => {
    const interleaved = config.family === 'llama' && /\.[qk]_proj\./.test(name);
    const values = interleaved ? interleave(data, shape, config.headSize) : data;
    return { name: ggufName(name), shape, type: 0, bytes: new Uint8Array(values.buffer) };
  });
}

export function tinyGguf(config: DecoderConfig = TINY, seed = 1): Buffer {
  return encodeGguf(tinyGgufMetadata(config), tinyGgufTensors(config, seed));
}

function ggufName(name: string): string {
  const top: Readonly<Record<string, string>> = {
    'model.embed_tokens.weight': 'token_embd.weight',
    'model.norm.weight': 'output_norm.weight',
    'lm_head.weight': 'output.weight',
  };
  const [, layer, part, kind] = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? [];
  return top[name] ?? `blk.${layer}.${GGUF_NAMES[part!]}.${kind}`;
}

/** As the converter does it: reshape(heads, 2, size / 2, in), swap the middle axes. */
function interleave(data: Float32Array, shape: readonly number[], headSize: number): Float32Array {
  const width = shape[1]!;
  const [out, half] = [new Float32Array(data.length), headSize / 2];
  for (let head = 0; head < shape[0]! / headSize; head++)
    for (let s = 0; s < 2; s++)
      for (let j = 0; j < half; j++) {
        const from = head * headSize + s * half + j;
        out.set(data.subarray(from * width, (from + 1) * width), (head * headSize + 2 * j + s) * width);
      }
  return out;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function typeOf(value: GgufValue): number {
  if (typeof value === 'string') return 8;
  if (typeof value === 'boolean') return 7;
  if (typeof value === 'object') return 9;
  return Number.isInteger(value) ? 4 : 6;
}

function encodeValue(value: GgufValue): Buffer {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (typeof value === 'object')
    return Buffer.concat([u32(value.length === 0 ? 4 : typeOf(value[0]!)), u64(value.length), ...value.map(encodeValue)]);
  if (Number.isInteger(value)) return u32(Number(value));
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(Number(value));
  return buffer;
}

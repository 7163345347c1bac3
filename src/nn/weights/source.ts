/**
 * A checkpoint as somebody published it, in one form: its config, and each tensor of the network by its Hugging
 * Face name, wherever it is stored. Owns names, shards and the checks that the checkpoint is complete and holds
 * nothing that would be lost. Does not own conversion (canonicalise.ts).
 */
import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf, UsageError } from '../../core/errors.ts';
import type { DecoderConfig } from '../config.ts';
import { fileError } from './atomic-file.ts';
import { configFromGguf } from './config-gguf.ts';
import { configFromHuggingFace } from './config-huggingface.ts';
import type { GgufFile } from './gguf.ts';
import { quotedName } from './quoted-name.ts';
import { storedTensor } from './safetensors.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import { readPieces, type StoredTensor } from './stored-tensor.ts';
import { canonicalTensors } from './weights.ts';

export const WEIGHTS_FILE = 'model.safetensors';
export const WEIGHTS_INDEX = 'model.safetensors.index.json';

export interface WeightsSource {
  /** The file or folder, for messages. */
  readonly path: string;
  readonly config: DecoderConfig;
  /** Exactly the network's tensors (canonicalTensors), with their shapes checked. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** The files that hold a folder's weights: one, or the shards that the index names. Throws UsageError if there are none. */
export async function safetensorsFiles(folder: string): Promise<string[]> {
  const single = join(folder, WEIGHTS_FILE);
  if (await exists(single)) return [single];
  const index = join(folder, WEIGHTS_INDEX);
  if (await exists(index)) return (await readShardNames(index)).map((name) => join(folder, name));
  throw new UsageError(`${folder} has neither ${WEIGHTS_FILE} nor ${WEIGHTS_INDEX}; point at a folder that has`, 'no-weights');
}

/** The shards that an index names, each once. Throws UsageError when it is not an index of files beside it. */
export async function readShardNames(index: string): Promise<string[]> {
  return [...new Set((await readIndex(index)).values())].sort();
}

/** Opens a folder with `config.json` and safetensors, or one `.safetensors` file with `config.json` beside it. */
export async function openSafetensorsSource(path: string): Promise<WeightsSource> {
  const isFile = path.endsWith('.safetensors');
  const folder = isFile ? dirname(path) : path;
  const found = isFile ? await readShard(path) : await readFolder(folder);
  const configPath = join(folder, 'config.json');
  const config = configFromHuggingFace(await readJson(configPath), configPath, found.has('lm_head.weight'));
  return { path, config, tensors: matched(config, found, path, IGNORED) };
}

/** Takes the tensors of a GGUF file by their Hugging Face names. */
export async function openGgufSource(file: GgufFile): Promise<WeightsSource> {
  const config = configFromGguf(file, await readSmall(file, 'rope_freqs.weight'));
  const found = new Map<string, StoredTensor>();
  for (const [name, tensor] of file.tensors) {
    const target = huggingFaceName(name);
    // The converter interleaves q and k of the Llama family only, for llama.cpp's older form of rotary embeddings.
    const interleaved = config.family === 'llama' && /\.attn_[qk]\.weight$/.test(name);
    found.set(target, { path: file.path, ...tensor, ...(interleaved ? { interleavedHeadSize: config.headSize } : {}) });
  }
  return { path: file.path, config, tensors: matched(config, found, file.path, new Set(['rope_freqs.weight'])) };
}

/** Recomputed from the config; old checkpoints carry it per layer. */
const IGNORED = new Set(['rotary_emb.inv_freq', 'model.rotary_emb.inv_freq']);

const GGUF_NAMES: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  attn_output: 'self_attn.o_proj',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
};

/** Names without a counterpart come back unchanged, and are refused by `matched` under that name. */
function huggingFaceName(name: string): string {
  if (name === 'token_embd.weight') return 'model.embed_tokens.weight';
  if (name === 'output_norm.weight') return 'model.norm.weight';
  if (name === 'output.weight') return 'lm_head.weight';
  const [, layer, part, kind] = /^blk\.(\d+)\.(\w+)\.(weight|bias)$/.exec(name) ?? [];
  const target = part !== undefined && Object.hasOwn(GGUF_NAMES, part) ? GGUF_NAMES[part] : undefined;
  return target === undefined ? name : `model.layers.${layer}.${target}.${kind}`;
}

function matched(
  config: DecoderConfig,
  found: ReadonlyMap<string, StoredTensor>,
  path: string,
  ignored: ReadonlySet<string>,
): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  for (const { name, shape } of canonicalTensors(config)) {
    const tensor = found.get(name);
    if (tensor === undefined)
      throw new UsageError(`${path} lacks tensor ${name}; it is incomplete, or another architecture`, 'missing-tensor');
    if (!sameShape(tensor.shape, shape))
      throw new UsageError(`${path}: tensor ${name} is [${tensor.shape.join(', ')}], its config says [${shape.join(', ')}]`, 'wrong-shape');
    tensors.set(name, tensor);
  }
  for (const name of found.keys()) {
    const known = tensors.has(name) || ignored.has(name) || name.endsWith('.self_attn.rotary_emb.inv_freq');
    // Some tied checkpoints repeat the embedding as the output matrix.
    if (!known && !(config.tiedEmbeddings && name === 'lm_head.weight'))
      throw new UsageError(
        `${path} holds tensor ${quotedName(name)}, which a ${config.family} network does not have; it is not supported`,
        'unknown-tensor',
      );
  }
  return tensors;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

async function readFolder(folder: string): Promise<Map<string, StoredTensor>> {
  const files = await safetensorsFiles(folder);
  const found = new Map<string, StoredTensor>();
  for (const file of files) {
    for (const [name, tensor] of await readShard(file)) {
      if (found.has(name)) throw new UsageError(`${folder}: tensor ${quotedName(name)} is in two shards`, 'damaged-safetensors');
      found.set(name, tensor);
    }
  }
  const index = join(folder, WEIGHTS_INDEX);
  if (files[0] === join(folder, WEIGHTS_FILE)) return found;
  for (const [name, file] of await readIndex(index))
    if (found.get(name)?.path !== join(folder, file))
      throw new UsageError(
        `${index}: tensor ${quotedName(name)} is not in ${quotedName(file)}; fetch the folder again`,
        'damaged-safetensors',
      );
  return found;
}

async function readShard(path: string): Promise<Map<string, StoredTensor>> {
  const { tensors } = await readSafetensorsHeader(path);
  return new Map([...tensors].filter(([name]) => needed(name)).map(([name, tensor]) => [name, storedTensor(path, name, tensor)]));
}

// Left out before their type is looked at: buffers may be integers.
function needed(name: string): boolean {
  return !IGNORED.has(name) && !name.endsWith('.self_attn.rotary_emb.inv_freq');
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** Tensor name → file name. File names with a path are refused: an index must not reach out of its folder. */
async function readIndex(path: string): Promise<Map<string, string>> {
  const parsed = indexSchema.safeParse(await readJson(path));
  if (!parsed.success) throw new UsageError(`${path} is not an index of safetensors shards; fetch it again`, 'damaged-safetensors');
  const map = new Map(Object.entries(parsed.data.weight_map));
  for (const file of map.values())
    if (basename(file) !== file || !file.endsWith('.safetensors') || file.includes('\\'))
      throw new UsageError(`${path} names the shard ${quotedName(file)}, which is not a file beside it`, 'damaged-safetensors');
  if (map.size === 0) throw new UsageError(`${path} names no tensors; fetch it again`, 'damaged-safetensors');
  return map;
}

async function readSmall(file: GgufFile, name: string): Promise<Float32Array | null> {
  const tensor = file.tensors.get(name);
  if (tensor === undefined || tensor.shape.length !== 1 || tensor.shape[0]! > 65536) return null;
  const handle = await open(file.path, 'r');
  try {
    for await (const piece of readPieces(handle, { path: file.path, ...tensor })) return piece;
    return null;
  } finally {
    await handle.close();
  }
}

/** Parses a JSON file; UsageError names it when it cannot be read or is not JSON. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, `read ${path}`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not valid JSON (${quotedName(messageOf(error))}); fetch it again`, 'bad-json', error);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

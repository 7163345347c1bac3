/**
 * A published checkpoint on this disk, whole: weights and tokenizer, from a GGUF file or a Hugging Face folder.
 * Owns which files belong to one, and its identity; does not own where they came from.
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { hashJson } from '../../core/hash.ts';
import { tokenizerFromGguf } from '../../nn/tokenizer/gguf-tokenizer.ts';
import { CANONICAL_VERSION } from '../../nn/weights/canonicalise.ts';
import { readGguf, type GgufFile } from '../../nn/weights/gguf.ts';
import {
  openGgufSource,
  openSafetensorsSource,
  safetensorsFiles,
  WEIGHTS_FILE,
  WEIGHTS_INDEX,
  type WeightsSource,
} from '../../nn/weights/source.ts';
import type { TokenizerSource } from '../../nn/weights/weights.ts';
import { readTokenizerFiles } from './tokenizer-files.ts';

/** The small files of a Hugging Face folder that say how the model computes and reads text. */
export const TEXT_FILES: readonly string[] = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

export interface Checkpoint {
  readonly weights: WeightsSource;
  readonly tokenizer: TokenizerSource;
}

/** Opens a `.gguf` file, a `.safetensors` file or a folder; only headers and small files are read. */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  if (path.endsWith('.gguf')) {
    const file = await readGguf(path);
    return { weights: await openGgufSource(file), tokenizer: ggufTokenizer(file) };
  }
  const folder = path.endsWith('.safetensors') ? dirname(path) : path;
  return { weights: await openSafetensorsSource(path), tokenizer: await readTokenizerFiles(folder) };
}

// The tokenizer is built from metadata alone; which file they came from is added here.
function ggufTokenizer(file: GgufFile): TokenizerSource {
  try {
    return tokenizerFromGguf(file.metadata);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${file.path}: ${error.message}`, error.code, error);
    throw error;
  }
}

/** The files a checkpoint on this disk consists of; `name` does not depend on what a person called the file. */
export async function checkpointFiles(path: string): Promise<{ readonly name: string; readonly path: string }[]> {
  if (path.endsWith('.gguf')) return [{ name: 'model.gguf', path }];
  const isFile = path.endsWith('.safetensors');
  const folder = isFile ? dirname(path) : path;
  const present = new Set(await readdir(folder));
  const weights = isFile ? [path] : await safetensorsFiles(folder);
  const sharded = !isFile && !present.has(WEIGHTS_FILE);
  const text = [...TEXT_FILES, ...(sharded ? [WEIGHTS_INDEX] : [])].filter((name) => present.has(name));
  return [
    ...text.map((name) => ({ name, path: join(folder, name) })),
    ...weights.map((file) => ({ name: sharded ? basename(file) : WEIGHTS_FILE, path: file })),
  ];
}

/** The identity of a model: its files' names and SHA-256, and the version of what we make of them. */
export function identityOf(files: readonly { readonly name: string; readonly sha256: string }[]): string {
  return hashJson({ canonical: CANONICAL_VERSION, files: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])) });
}

/** Changes whenever a file is replaced or edited in the ordinary ways; costs no reading. */
export async function fingerprintOf(files: readonly { readonly name: string; readonly path: string }[]): Promise<string> {
  const parts = await Promise.all(
    files.map(async ({ name, path }) => {
      const { size, mtimeMs } = await stat(path);
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
  return parts.join('\n');
}

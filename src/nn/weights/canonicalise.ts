/**
 * Any supported checkpoint → the one float32 `.safetensors` file that the engine maps (weights.ts), and back from
 * disk with every name, shape and place checked. Owns the canonical file; does not own where it is kept (models/registry).
 */
import { open, type FileHandle } from 'node:fs/promises';
import { UsageError } from '../../core/errors.ts';
import { silent, type Progress } from '../../core/progress.ts';
import type { DecoderConfig } from '../config.ts';
import { fileError } from './atomic-file.ts';
import { streamSafetensors } from './safetensors.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import { sameShape, type WeightsSource } from './source.ts';
import { readPieces } from './stored-tensor.ts';
import { canonicalTensors, type TensorEntry, type WeightsFile } from './weights.ts';

/** Raise it when the same source would give other bytes; it is part of a model's identity. */
export const CANONICAL_VERSION = 1;

/** One page: a mapping of the file then starts where the data do. */
const DATA_ALIGNMENT = 4096;

export interface CanonicaliseOptions {
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Writes the canonical file atomically, a few megabytes at a time. Returns its size and SHA-256. */
export async function canonicalise(
  source: WeightsSource,
  target: string,
  options: CanonicaliseOptions = {},
): Promise<{ bytes: number; sha256: string }> {
  const progress = options.progress ?? silent;
  const handles = new Map<string, FileHandle>();
  try {
    for (const { path } of source.tensors.values()) if (!handles.has(path)) handles.set(path, await openToRead(path));
    const outgoing = canonicalTensors(source.config).map(({ name, shape }) => {
      const tensor = source.tensors.get(name)!;
      return { name, shape, pieces: () => readPieces(handles.get(tensor.path)!, tensor) };
    });
    return await streamSafetensors(target, outgoing, {
      metadata: { format: 'pt', molehunt: `canonical ${CANONICAL_VERSION}` },
      alignment: DATA_ALIGNMENT,
      signal: options.signal,
      onBytes: (done, total) => progress.update({ stage: 'unpack weights', done, total, unit: 'bytes' }),
    });
  } finally {
    for (const handle of handles.values()) await handle.close();
  }
}

/** Bytes of the canonical file, near enough to tell whether they fit on a disk. */
export function canonicalBytes(config: DecoderConfig): number {
  const values = canonicalTensors(config).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return values * 4 + (1 << 20);
}

/** Opens a canonical file. Throws UsageError unless it holds exactly the network's tensors, in order, as float32. */
export async function openWeights(path: string, config: DecoderConfig): Promise<WeightsFile> {
  const header = await readSafetensorsHeader(path);
  const wrong = (what: string): UsageError =>
    new UsageError(`${path} is not the canonical file of this model: ${what}; remove it, and it is made again`, 'not-canonical');
  const expected = canonicalTensors(config);
  const found = [...header.tensors];
  const tensors = new Map<string, TensorEntry>();
  for (const [i, { name, shape }] of expected.entries()) {
    const [foundName, tensor] = found[i] ?? [];
    if (tensor === undefined || foundName !== name) throw wrong(`${name} is not in its place`);
    if (tensor.dtype !== 'F32' || !sameShape(tensor.shape, shape)) throw wrong(`${name} has another type or shape`);
    if (tensor.offset % 4 !== 0) throw wrong(`${name} is not aligned`);
    tensors.set(name, { shape: tensor.shape, offset: tensor.offset, bytes: tensor.bytes });
  }
  if (found.length !== expected.length) throw wrong(`it holds ${found.length - expected.length} tensors too many`);
  return { path, tensors };
}

async function openToRead(path: string): Promise<FileHandle> {
  return open(path, 'r').catch((error: unknown) => {
    throw fileError(error, `read ${path}`);
  });
}

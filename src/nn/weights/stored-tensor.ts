/**
 * One tensor as some file stores it, read as float32 in pieces of whole rows, so that a matrix of any size passes
 * through little memory. Owns reading and widening; does not know where the description of the tensor came from.
 */
import type { FileHandle } from 'node:fs/promises';
import { UsageError } from '../../core/errors.ts';
import { dequantise, storedBytes, type StorageType } from './dequantise.ts';

export interface StoredTensor {
  readonly path: string;
  readonly type: StorageType;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
  /**
   * Rows of one attention head when the file holds them interleaved for rotary embeddings (GGUF, Llama family);
   * they are read in Hugging Face's order, first halves before second halves.
   */
  readonly interleavedHeadSize?: number;
}

const PIECE_BYTES = 4 << 20;

/** Yields the tensor's values in order. A piece is only valid until the next one is asked for. */
export async function* readPieces(handle: FileHandle, tensor: StoredTensor): AsyncGenerator<Float32Array> {
  const elements = tensor.shape.reduce((product, length) => product * length, 1);
  if (elements === 0) return;
  const rows = tensor.shape.length > 1 ? elements / tensor.shape.at(-1)! : 1;
  const width = elements / rows;
  const unit = tensor.interleavedHeadSize ?? 1;
  const step = Math.min(rows, Math.max(1, Math.floor(PIECE_BYTES / 4 / width / unit)) * unit);
  const stored = Buffer.alloc(storedBytes(tensor.type, step * width));
  const values = new Float32Array(step * width);
  const ordered = tensor.interleavedHeadSize === undefined ? values : new Float32Array(step * width);

  for (let row = 0; row < rows; row += step) {
    const count = Math.min(step, rows - row);
    const bytes = stored.subarray(0, storedBytes(tensor.type, count * width));
    await readFully(handle, bytes, tensor.offset + storedBytes(tensor.type, row * width), tensor.path);
    dequantise(tensor.type, bytes, values.subarray(0, count * width));
    if (tensor.interleavedHeadSize !== undefined) separateHalves(values, ordered, count, width, unit);
    yield ordered.subarray(0, count * width);
  }
}

/** Row `2j + s` of a head (llama.cpp: pairs next to each other) becomes row `s · half + j` (Hugging Face). */
function separateHalves(from: Float32Array, to: Float32Array, rows: number, width: number, headSize: number): void {
  const half = headSize / 2;
  for (let row = 0; row < rows; row++) {
    const within = row % headSize;
    const target = row - within + (within % 2) * half + (within >> 1);
    to.set(from.subarray(row * width, (row + 1) * width), target * width);
  }
}

async function readFully(handle: FileHandle, into: Buffer, position: number, path: string): Promise<void> {
  for (let at = 0; at < into.length;) {
    const { bytesRead } = await handle.read(into, at, into.length - at, position + at);
    if (bytesRead === 0) throw new UsageError(`${path} ended while it was read; fetch or make the file again`, 'truncated-file');
    at += bytesRead;
  }
}

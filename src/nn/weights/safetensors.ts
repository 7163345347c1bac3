/**
 * Tensors in `.safetensors` files: whole small files (adapters), and streams into large ones.
 * Owns reading as float32 and writing; the header's rules are in safetensors-header.ts.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { UsageError } from '../../core/errors.ts';
import { fileError, writeAtomically } from './atomic-file.ts';
import { isStorageType } from './dequantise.ts';
import { quotedName } from './quoted-name.ts';
import { readSafetensorsHeader, type SafetensorsTensor } from './safetensors-header.ts';
import { readPieces, type StoredTensor } from './stored-tensor.ts';

export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Reads a whole file into memory; F16 and BF16 are widened. Other types are refused by name. */
export async function readSafetensors(
  path: string,
): Promise<{ metadata: Readonly<Record<string, string>>; tensors: Map<string, FloatTensor> }> {
  const header = await readSafetensorsHeader(path);
  const stored = [...header.tensors].map(([name, tensor]) => [name, storedTensor(path, name, tensor)] as const);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, `read ${path}`);
  });
  try {
    const tensors = new Map<string, FloatTensor>();
    for (const [name, tensor] of stored) {
      const data = new Float32Array(elementsOf(tensor.shape));
      let at = 0;
      for await (const piece of readPieces(handle, tensor)) {
        data.set(piece, at);
        at += piece.length;
      }
      tensors.set(name, { shape: tensor.shape, data });
    }
    return { metadata: header.metadata, tensors };
  } finally {
    await handle.close();
  }
}

/** The tensor as something `readPieces` understands; throws UsageError when its type is not a float type we read. */
export function storedTensor(path: string, name: string, tensor: SafetensorsTensor): StoredTensor {
  const { dtype, shape, offset, bytes } = tensor;
  // Quantised GGUF types share the table of types but never occur in safetensors.
  if (!isStorageType(dtype))
    throw new UsageError(
      `${path}: tensor ${quotedName(name)} is ${dtype}, which is not supported; save the model as F32, F16 or BF16`,
      'unsupported-type',
    );
  return { path, type: dtype, shape, offset, bytes };
}

/** Writes float32 tensors in the map's order, atomically. */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, FloatTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const outgoing = [...tensors].map(([name, { shape, data }]) => ({ name, shape, pieces: () => [data] }));
  await streamSafetensors(path, outgoing, { metadata });
}

/** A tensor to be written; `pieces` is called when its turn comes and yields its values in order. */
export interface OutgoingTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Float32 unless it says otherwise. */
  readonly dtype?: 'I8';
  pieces(): Iterable<Float32Array | Int8Array> | AsyncIterable<Float32Array | Int8Array>;
}

export interface StreamOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** The first tensor starts at a multiple of this many bytes (a multiple of 8; default 8). */
  readonly alignment?: number;
  /** Told how many bytes have been written after each piece. */
  readonly onBytes?: (written: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Writes tensors in the given order, atomically, holding one piece at a time. Returns size and SHA-256. */
export async function streamSafetensors(
  path: string,
  tensors: readonly OutgoingTensor[],
  options: StreamOptions = {},
): Promise<{ bytes: number; sha256: string }> {
  const header = encodeHeader(tensors, options.metadata ?? {}, options.alignment ?? 8);
  const total = header.length + tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const hash = createHash('sha256');
  let written = 0;
  await writeAtomically(path, async (sink) => {
    const put = async (bytes: Uint8Array): Promise<void> => {
      options.signal?.throwIfAborted();
      hash.update(bytes);
      await sink.write(bytes);
      written += bytes.length;
      options.onBytes?.(written, total);
    };
    await put(header);
    for (const tensor of tensors) {
      const { name, shape } = tensor;
      let values = 0;
      for await (const piece of tensor.pieces()) {
        values += piece.length;
        await put(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
      }
      if (values !== elementsOf(shape)) throw new RangeError(`${name}: ${values} values for shape [${shape.join(', ')}]`);
    }
  });
  return { bytes: written, sha256: hash.digest('hex') };
}

function encodeHeader(tensors: readonly OutgoingTensor[], metadata: Readonly<Record<string, string>>, alignment: number): Buffer {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let start = 0;
  for (const tensor of tensors) {
    const { name, shape, dtype = 'F32' } = tensor;
    const end = start + bytesOf(tensor);
    entries.push([name, { dtype, shape, data_offsets: [start, end] }]);
    start = end;
  }
  const names = new Set(entries.map(([name]) => name));
  if (names.size !== entries.length) throw new RangeError('tensor names must be distinct, and not __metadata__');
  // Written by hand: an object would move names that look like integers to the front.
  const json = Buffer.from(`{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`);
  const length = Math.ceil((8 + json.length) / alignment) * alignment;
  const header = Buffer.alloc(length, ' ');
  header.writeBigUInt64LE(BigInt(length - 8));
  json.copy(header, 8);
  return header;
}

function bytesOf({ shape, dtype }: OutgoingTensor): number {
  return (dtype === 'I8' ? 1 : 4) * elementsOf(shape);
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * GGUF files, versions 2 and 3 (ggml/docs/gguf.md): metadata and where each tensor lies.
 * Owns the format, strictly: tensors must fill the file back to back, so damage to a size, type or offset is found.
 * Does not own what the metadata mean (config-gguf.ts, tokenizer/) or decoding of weights (dequantise.ts).
 */
import { open } from 'node:fs/promises';
import { UsageError } from '../../core/errors.ts';
import { fileError } from './atomic-file.ts';
import { blockOf, isStorageType, STORAGE_TYPES, storedBytes, type StorageType } from './dequantise.ts';
import { quotedName } from './quoted-name.ts';

/** A metadata value. 64-bit integers are numbers while they are safe integers, bigints beyond. */
export type GgufValue = string | number | bigint | boolean | readonly GgufValue[];

export interface GgufTensor {
  readonly type: StorageType;
  /** Outermost axis first, as in Hugging Face checkpoints (GGUF itself stores the innermost first). */
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface GgufFile {
  readonly path: string;
  readonly version: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const FIRST_READ = 4 << 20;
/** The largest real vocabularies need some 20 MB. */
const HEADER_LIMIT = 128 << 20;
const ELEMENT_LIMIT = 1 << 23;
const NAME_LIMIT = 65535;
const DEPTH_LIMIT = 4;

/** Reads the header of a GGUF file. Throws UsageError that names the file when it is damaged or not supported. */
export async function readGguf(path: string): Promise<GgufFile> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, `read ${path}`);
  });
  try {
    const { size } = await handle.stat();
    for (let length = Math.min(FIRST_READ, size); ; length = Math.min(length * 4, size, HEADER_LIMIT)) {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await handle.read(buffer, 0, length, 0);
      const parsed = parseGguf(buffer.subarray(0, bytesRead), size, path);
      if (parsed !== 'more') return parsed;
      if (length >= size || length >= HEADER_LIMIT || bytesRead < length) throw damaged(path, 'its header does not end within the file');
    }
  } catch (error) {
    throw fileError(error, `read ${path}`);
  } finally {
    await handle.close();
  }
}

/** Parses the first bytes of a file of `fileSize` bytes; 'more' when the header goes on beyond `bytes`. */
export function parseGguf(bytes: Uint8Array, fileSize: number, path: string): GgufFile | 'more' {
  try {
    return parse(createCursor(bytes, fileSize, path), fileSize, path);
  } catch (error) {
    if (error === END_OF_BYTES) return 'more';
    throw error;
  }
}

function parse(cursor: Cursor, fileSize: number, path: string): GgufFile {
  if (cursor.u32() !== 0x46554747) throw new UsageError(`${path} is not a GGUF file`, 'not-gguf');
  const version = cursor.u32();
  if (version !== 2 && version !== 3)
    throw new UsageError(`${path}: GGUF version ${version} is not supported (2 and 3 are)`, 'unsupported-gguf');
  const tensorCount = cursor.count(24, 'tensors');
  const valueCount = cursor.count(13, 'metadata values');

  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < valueCount; i++) {
    const key = cursor.string(NAME_LIMIT);
    if (metadata.has(key)) throw damaged(path, `metadata key ${quotedName(key)} appears twice`);
    metadata.set(key, cursor.value(cursor.u32(), 0));
  }

  const split = metadata.get('split.count');
  if (split !== undefined && split !== 0 && split !== 1)
    throw new UsageError(`${path} is one part of a split model; join the parts with llama-gguf-split --merge`, 'split-gguf');
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment !== 'number' || alignment < 8 || alignment > 65536 || (alignment & (alignment - 1)) !== 0)
    throw damaged(path, `alignment ${String(alignment)} is not a power of two from 8 to 65536`);

  const infos: { name: string; type: StorageType; shape: number[]; start: number; bytes: number }[] = [];
  const names = new Set<string>();
  for (let i = 0; i < tensorCount; i++) {
    const name = cursor.string(NAME_LIMIT);
    if (names.has(name)) throw damaged(path, `tensor ${quotedName(name)} appears twice`);
    names.add(name);
    const axes = cursor.u32();
    if (axes < 1 || axes > 4) throw damaged(path, `tensor ${quotedName(name)} has ${axes} axes`);
    const shape = Array.from({ length: axes }, () => cursor.size()).reverse();
    const type = storageType(cursor.u32(), name, path);
    const start = cursor.size();
    const elements = shape.reduce((product, length) => product * length, 1);
    if (!Number.isSafeInteger(elements) || elements < 1 || shape.at(-1)! % blockOf(type).elements !== 0)
      throw damaged(path, `tensor ${quotedName(name)} cannot be ${type} of shape [${shape.join(', ')}]`);
    infos.push({ name, type, shape, start, bytes: storedBytes(type, elements) });
  }

  const dataStart = align(cursor.at(), alignment);
  let next = 0;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, type, shape, start, bytes } of infos) {
    if (start !== next) throw damaged(path, `tensor ${quotedName(name)} is not where the one before it ends`);
    if (dataStart + start + bytes > fileSize) throw damaged(path, `it ends inside tensor ${quotedName(name)}`);
    tensors.set(name, { type, shape, offset: dataStart + start, bytes });
    next = align(start + bytes, alignment);
  }
  if (fileSize > dataStart + next) throw damaged(path, `${fileSize - dataStart - next} bytes follow the last tensor`);
  return { path, version, metadata, tensors };
}

interface Cursor {
  at(): number;
  u32(): number;
  /** A u64 that must be a safe integer. */
  size(): number;
  /** A u64 number of things that take at least `least` bytes each, so it is bounded by the file. */
  count(least: number, what: string): number;
  string(limit: number): string;
  value(type: number, depth: number): GgufValue;
}

/** Thrown by the cursor, caught by parseGguf: the header goes on beyond the bytes at hand. */
const END_OF_BYTES = new Error('end of the bytes at hand');

function createCursor(bytes: Uint8Array, fileSize: number, path: string): Cursor {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let position = 0;
  let elements = 0;

  /** Moves on by `length` bytes and returns where they start. */
  const take = (length: number): number => {
    const from = position;
    if (from + length > fileSize) throw damaged(path, 'it ends inside its header');
    if (from + length > HEADER_LIMIT) throw damaged(path, `its header is longer than ${HEADER_LIMIT} bytes`);
    if (from + length > buffer.length) throw END_OF_BYTES;
    position += length;
    return from;
  };
  const u32 = (): number => buffer.readUInt32LE(take(4));
  const u64 = (): number | bigint => shrink(buffer.readBigUInt64LE(take(8)));
  const size = (): number => {
    const value = u64();
    if (typeof value === 'bigint') throw damaged(path, `it holds the impossible size ${value}`);
    return value;
  };
  const count = (least: number, what: string): number => {
    const value = size();
    if (value * least > fileSize - position) throw damaged(path, `it claims ${value} ${what}, more than it has room for`);
    return value;
  };
  const string = (limit: number): string => {
    const length = count(1, 'characters');
    if (length > limit) throw damaged(path, `it holds a name of ${length} bytes`);
    const from = take(length);
    return text(buffer, from, from + length, path);
  };
  const value = (type: number, depth: number): GgufValue => {
    const scalar = SCALARS[type];
    if (scalar !== undefined) return scalar.read(buffer, take(scalar.bytes), path);
    if (type === 8) return string(HEADER_LIMIT);
    if (type !== 9) throw damaged(path, `it holds a metadata value of unknown type ${type}`);
    if (depth === DEPTH_LIMIT) throw damaged(path, 'its metadata are nested too deeply');
    const inner = u32();
    const length = count(SCALARS[inner]?.bytes ?? 8, 'metadata items');
    elements += length;
    if (elements > ELEMENT_LIMIT) throw damaged(path, `it holds more than ${ELEMENT_LIMIT} metadata items`);
    const items: GgufValue[] = [];
    for (let i = 0; i < length; i++) items.push(value(inner, depth + 1));
    return items;
  };
  return { at: () => position, u32, size, count, string, value };
}

interface Scalar {
  readonly bytes: number;
  read(buffer: Buffer, at: number, path: string): GgufValue;
}

/** Indexed by the format's value types; 8 (string) and 9 (array) are read by the cursor. */
const SCALARS: readonly (Scalar | undefined)[] = [
  { bytes: 1, read: (buffer, at) => buffer.readUInt8(at) },
  { bytes: 1, read: (buffer, at) => buffer.readInt8(at) },
  { bytes: 2, read: (buffer, at) => buffer.readUInt16LE(at) },
  { bytes: 2, read: (buffer, at) => buffer.readInt16LE(at) },
  { bytes: 4, read: (buffer, at) => buffer.readUInt32LE(at) },
  { bytes: 4, read: (buffer, at) => buffer.readInt32LE(at) },
  { bytes: 4, read: (buffer, at) => buffer.readFloatLE(at) },
  { bytes: 1, read: readBoolean },
  undefined,
  undefined,
  { bytes: 8, read: (buffer, at) => shrink(buffer.readBigUInt64LE(at)) },
  { bytes: 8, read: (buffer, at) => shrink(buffer.readBigInt64LE(at)) },
  { bytes: 8, read: (buffer, at) => buffer.readDoubleLE(at) },
];

function readBoolean(buffer: Buffer, at: number, path: string): boolean {
  const byte = buffer.readUInt8(at);
  if (byte > 1) throw damaged(path, `it holds ${byte} where true or false should be`);
  return byte === 1;
}

function shrink(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Buffer's decoder is several times faster on short strings; only a replacement character needs the strict second look.
function text(buffer: Buffer, from: number, to: number, path: string): string {
  const fast = buffer.toString('utf8', from, to);
  if (!fast.includes('\ufffd')) return fast;
  try {
    return strict.decode(buffer.subarray(from, to));
  } catch {
    throw damaged(path, 'it holds text that is not UTF-8');
  }
}

/** ggml's tensor types by number; those that cannot be read are here for the message only. */
const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  6: 'Q5_0',
  7: 'Q5_1',
  8: 'Q8_0',
  9: 'Q8_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  14: 'Q6_K',
  15: 'Q8_K',
  16: 'IQ2_XXS',
  17: 'IQ2_XS',
  18: 'IQ3_XXS',
  19: 'IQ1_S',
  20: 'IQ4_NL',
  21: 'IQ3_S',
  22: 'IQ2_S',
  23: 'IQ4_XS',
  24: 'I8',
  25: 'I16',
  26: 'I32',
  27: 'I64',
  28: 'F64',
  29: 'IQ1_M',
  30: 'BF16',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
};

function storageType(id: number, tensor: string, path: string): StorageType {
  const name = TYPE_NAMES[id] ?? `type ${id}`;
  if (isStorageType(name)) return name;
  throw new UsageError(
    `${path}: tensor ${quotedName(tensor)} is ${name}, which is not supported; use a file with ${STORAGE_TYPES.join(', ')}`,
    'unsupported-type',
  );
}

function align(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

function damaged(path: string, what: string): UsageError {
  return new UsageError(`${path} is damaged: ${what}; fetch or make the file again`, 'damaged-gguf');
}

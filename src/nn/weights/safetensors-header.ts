/**
 * The header of a `.safetensors` file: which tensor lies where. Owns the format's rules, all of them: a file that
 * breaks one is refused, because a wrong offset would otherwise become a wrong tensor in silence.
 * Does not own tensor data (safetensors.ts, stored-tensor.ts).
 */
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { fileError } from './atomic-file.ts';
import { quotedName } from './quoted-name.ts';

export interface SafetensorsTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface SafetensorsHeader {
  readonly path: string;
  /** Where the data begin, in bytes from the start of the file. */
  readonly dataStart: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their offsets. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
}

/** The format's own limit on the header's length. */
const HEADER_LIMIT = 100_000_000;

const ITEM_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
  C64: 8,
};

const size = z.int().min(0);
const entrySchema = z.strictObject({ dtype: z.string(), shape: z.array(size).max(16), data_offsets: z.tuple([size, size]) });
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.record(z.string(), z.unknown());

/** Reads the header. Throws UsageError that names the file when it is damaged or holds an unknown type. */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, `read ${path}`);
  });
  try {
    const { size: fileSize } = await handle.stat();
    const prefix = Buffer.alloc(8);
    const { bytesRead } = await handle.read(prefix, 0, 8, 0);
    const length = headerLength(prefix.subarray(0, bytesRead), fileSize, path);
    const json = Buffer.alloc(length);
    const read = await handle.read(json, 0, length, 8);
    return parseSafetensorsHeader(json.subarray(0, read.bytesRead), fileSize, path);
  } catch (error) {
    throw fileError(error, `read ${path}`);
  } finally {
    await handle.close();
  }
}

/** The length of the JSON that follows the first eight bytes. */
export function headerLength(prefix: Uint8Array, fileSize: number, path: string): number {
  if (prefix.length < 8) throw damaged(path, 'it is too short to be a safetensors file');
  const length = Buffer.from(prefix.buffer, prefix.byteOffset, 8).readBigUInt64LE();
  if (length > BigInt(HEADER_LIMIT) || Number(length) > fileSize - 8)
    throw damaged(path, `its header claims ${length} bytes, more than ${length > HEADER_LIMIT ? 'allowed' : 'the file has'}`);
  return Number(length);
}

/** Parses the header's JSON, which stands at byte 8 of a file of `fileSize` bytes. */
export function parseSafetensorsHeader(json: Uint8Array, fileSize: number, path: string): SafetensorsHeader {
  const { metadata, entries } = parseJson(json, path);
  const dataStart = 8 + json.length;
  const found = entries.map(([name, entry]) => ({ name, ...checkedEntry(name, entry, path) }));
  found.sort((a, b) => a.start - b.start || a.bytes - b.bytes);

  const tensors = new Map<string, SafetensorsTensor>();
  let next = 0;
  for (const { name, dtype, shape, start, bytes } of found) {
    if (start !== next) throw damaged(path, `tensor ${quotedName(name)} overlaps another or leaves a hole before it`);
    next = start + bytes;
    tensors.set(name, { dtype, shape, offset: dataStart + start, bytes });
  }
  if (dataStart + next !== fileSize) throw damaged(path, `its tensors end at byte ${dataStart + next}, the file at ${fileSize}`);
  return { path, dataStart, metadata, tensors };
}

function checkedEntry(name: string, entry: unknown, path: string): { dtype: string; shape: number[]; start: number; bytes: number } {
  const parsed = entrySchema.safeParse(entry);
  if (!parsed.success) throw damaged(path, `tensor ${quotedName(name)} is not described as the format demands`);
  const {
    dtype,
    shape,
    data_offsets: [start, end],
  } = parsed.data;
  const itemBytes = Object.hasOwn(ITEM_BYTES, dtype) ? ITEM_BYTES[dtype] : undefined;
  if (itemBytes === undefined)
    throw new UsageError(`${path}: tensor ${quotedName(name)} has the unknown type ${quotedName(dtype)}`, 'unsupported-type');
  const bytes = shape.reduce((product, length) => product * length, itemBytes);
  if (!Number.isSafeInteger(bytes) || end - start !== bytes)
    throw damaged(path, `tensor ${quotedName(name)} takes ${end - start} bytes, not the ${bytes} of its shape`);
  return { dtype, shape, start, bytes };
}

function parseJson(bytes: Uint8Array, path: string): { metadata: Record<string, string>; entries: [string, unknown][] } {
  if (bytes[0] !== 0x7b) throw damaged(path, 'its header is not a JSON object');
  let header: Record<string, unknown>;
  const members = countMembers(bytes, path);
  try {
    header = headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)));
  } catch {
    throw damaged(path, 'its header is not valid JSON');
  }
  const metadata = metadataSchema.safeParse(header['__metadata__'] ?? {});
  if (!metadata.success) throw damaged(path, 'its metadata are not a map of strings');
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  const distinct = Object.values(header).reduce<number>((sum, inner) => sum + memberCount(inner), Object.keys(header).length);
  if (distinct !== members) throw damaged(path, 'a name in its header appears twice');
  return { metadata: metadata.data, entries };
}

function memberCount(value: unknown): number {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).length : 0;
}

/**
 * Counts the members of all objects in the JSON text. JSON.parse keeps the last of two equal names without a word,
 * so a difference from what it returns gives duplicates away. Also bounds nesting before anything recursive runs.
 */
function countMembers(bytes: Uint8Array, path: string): number {
  let [depth, colons, inString] = [0, 0, false];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x3a) colons++;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > 3) throw damaged(path, 'its header is nested too deeply');
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return colons;
}

function damaged(path: string, what: string): UsageError {
  return new UsageError(`${path} is damaged: ${what}; fetch or make the file again`, 'damaged-safetensors');
}

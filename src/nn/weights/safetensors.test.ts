import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { fileError } from './atomic-file.ts';
import { readSafetensors, streamSafetensors, writeSafetensors, type FloatTensor } from './safetensors.ts';
import { headerLength, parseSafetensorsHeader, type SafetensorsHeader } from './safetensors-header.ts';

let folder: string;
let good: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'molehunt-safetensors-'));
  const path = join(folder, 'good.safetensors');
  await writeSafetensors(path, TENSORS, { format: 'pt', note: '{"a": "b"}' });
  good = await readFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TENSORS = new Map<string, FloatTensor>([
  ['b', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['0', { shape: [], data: Float32Array.of(7) }],
  ['a.weight', { shape: [4], data: Float32Array.of(-1, 0.5, Infinity, 1e-40) }],
  ['empty', { shape: [0, 5], data: new Float32Array(0) }],
]);

/** The parsed header, or null for a UsageError that names the file; anything else is thrown on. */
function attempt(bytes: Buffer): SafetensorsHeader | null {
  try {
    const length = headerLength(bytes.subarray(0, 8), bytes.length, 'x.safetensors');
    return parseSafetensorsHeader(bytes.subarray(8, 8 + length), bytes.length, 'x.safetensors');
  } catch (error) {
    if (!(error instanceof UsageError && error.message.includes('x.safetensors'))) throw error;
    return null;
  }
}

function file(header: string, dataBytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), Buffer.alloc(dataBytes)]);
}

test('what is written comes back, in order, with its metadata', async () => {
  const { metadata, tensors } = await readSafetensors(join(folder, 'good.safetensors'));
  expect(metadata).toEqual({ format: 'pt', note: '{"a": "b"}' });
  expect(tensors).toEqual(TENSORS);
  expect([...attempt(good)!.tensors.keys()].filter((name) => name !== 'empty')).toEqual(['b', '0', 'a.weight']);
});

test('F16 and BF16 are widened, other types refused by name', async () => {
  const path = join(folder, 'half.safetensors');
  const bytes = file('{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}', 8);
  bytes.set([0x00, 0x3c, 0x01, 0x80, 0x80, 0x3f, 0x20, 0xc1], bytes.length - 8);
  await writeFile(path, bytes);
  const { tensors } = await readSafetensors(path);
  expect([...tensors.get('h')!.data]).toEqual([1, -(2 ** -24)]);
  expect([...tensors.get('b')!.data]).toEqual([1, -10]);

  await writeFile(path, file('{"ids":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', 8));
  await expect(readSafetensors(path)).rejects.toThrow(/tensor "ids" is I64, which is not supported/);
});

test('a file cut or lengthened anywhere is refused', () => {
  for (let length = 0; length < good.length; length++) expect(attempt(good.subarray(0, length))).toBeNull();
  expect(attempt(Buffer.concat([good, Buffer.alloc(1)]))).toBeNull();
});

test('flipped bits of the header never move or reshape a tensor', () => {
  const original = attempt(good)!;
  for (let at = 0; at < original.dataStart; at++)
    for (let bit = 0; bit < 8; bit++) {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 1 << bit;
      // The other axis of a tensor without values is the one thing that no size gives away.
      const known = [...(attempt(bytes)?.tensors ?? [])].filter(([name, tensor]) => original.tensors.has(name) && tensor.bytes > 0);
      for (const [name, tensor] of known) expect(tensor).toEqual(original.tensors.get(name));
    }
});

test('garbage ends in one clear error', () => {
  const edits = fc.array(fc.record({ at: fc.nat(200), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }), { maxLength: 3 });
  const damaged = edits.map((list) => {
    const bytes = Buffer.from(good);
    for (const edit of list) bytes.set(edit.bytes, edit.at);
    return bytes;
  });
  const garbage = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  const json = fc.json().map((text) => file(text, 16));
  for (const bytes of [damaged, garbage, json])
    expect(() =>
      fc.assert(
        fc.property(bytes, (input) => void attempt(input)),
        { numRuns: 1000 },
      ),
    ).not.toThrow();
});

test.each([
  ['overlap', '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}', 12],
  ['hole', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8],
  ['wrong size', '{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}', 8],
  ['same tensor twice', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4],
  [
    'same name in another spelling',
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    4,
  ],
  ['same key twice in a tensor', '{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4],
  ['negative offset', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}', 0],
  ['huge shape', '{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}', 4],
  ['shape that overflows to zero', '{"a":{"dtype":"F32","shape":[9007199254740993,0],"data_offsets":[0,0]}}', 0],
  ['unknown key', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}}', 4],
  ['unknown type', '{"a":{"dtype":"F4","shape":[8],"data_offsets":[0,4]}}', 4],
  ['metadata of numbers', '{"__metadata__":{"a":1}}', 0],
  ['deep nesting', `{"a":${'['.repeat(100_000)}`, 0],
  ['not an object', '[1,2,3]', 0],
  ['prototype', '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4],
])('refused: %s', (_, header, bytes) => {
  expect(attempt(file(header, bytes))).toBeNull();
});

test('a header that claims to be huge is refused before it is read', () => {
  for (const size of [2n ** 64n - 1n, 2n ** 63n, 100_000_001n, 1000n]) {
    const bytes = Buffer.alloc(64);
    bytes.writeBigUInt64LE(size);
    expect(attempt(bytes)).toBeNull();
  }
});

test('an interrupted write leaves the old file and nothing else', async () => {
  const inner = join(folder, 'inner');
  const path = join(inner, 'x.safetensors');
  await writeSafetensors(path, TENSORS);
  const before = await readFile(path);
  const failing = {
    name: 'a',
    shape: [4],
    *pieces(): Generator<Float32Array> {
      yield Float32Array.of(1, 2);
      throw new Error('pulled the plug');
    },
  };
  await expect(streamSafetensors(path, [failing])).rejects.toThrow('pulled the plug');
  await expect(streamSafetensors(path, [{ ...failing, pieces: () => [Float32Array.of(1)] }])).rejects.toThrow(RangeError);
  expect(await readFile(path)).toEqual(before);
  expect(await readdir(inner)).toEqual(['x.safetensors']);
});

test('data start where they are asked to', async () => {
  const path = join(folder, 'aligned.safetensors');
  const written = await streamSafetensors(path, [{ name: 'a', shape: [4], pieces: () => [new Float32Array(4)] }], { alignment: 4096 });
  const bytes = await readFile(path);
  expect(bytes.length).toBe(written.bytes);
  expect(attempt(bytes)!.tensors.get('a')!.offset).toBe(4096);
});

test('errors of the file system say what to do', async () => {
  const path = join(folder, 'file', 'x.safetensors');
  await writeFile(join(folder, 'file'), '');
  await expect(writeSafetensors(path, TENSORS)).rejects.toThrow(/cannot write .*x\.safetensors/);
  const full = fileError(
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' }),
    'write /x',
  );
  expect(full).toBeInstanceOf(UsageError);
  expect((full as Error).message).toBe('cannot write /x: the disk is full; free some space');
});

// Root may write anywhere, so this can only be tried as somebody else.
test.runIf(process.getuid?.() !== 0)('no permission to write is said so', async () => {
  const locked = join(folder, 'locked');
  await writeSafetensors(join(locked, 'a.safetensors'), TENSORS);
  await chmod(locked, 0o500);
  await expect(writeSafetensors(join(locked, 'b.safetensors'), TENSORS)).rejects.toThrow(/no permission/);
  await chmod(locked, 0o700);
});

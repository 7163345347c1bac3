import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGguf, tinyGguf, tinyGgufMetadata, tinyGgufTensors } from '../../../test/support/checkpoints.ts';
import { UsageError } from '../../core/errors.ts';
import { parseGguf, readGguf, type GgufFile } from './gguf.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'molehunt-gguf-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const good = tinyGguf();
const parse = (bytes: Uint8Array, fileSize = bytes.length): GgufFile | 'more' => parseGguf(bytes, fileSize, 'x.gguf');

/** The parsed file, or null for a UsageError that names the file and is fit to print; anything else is thrown on. */
function attempt(bytes: Uint8Array): GgufFile | null {
  try {
    const parsed = parse(bytes);
    if (parsed === 'more') throw new Error('asked for more than there is');
    return parsed;
  } catch (error) {
    const clear = error instanceof UsageError && error.message.includes('x.gguf') && !/[\u0000-\u001f\u007f-\u009f]/.test(error.message);
    if (!clear) throw error;
    return null;
  }
}

test('metadata of every kind and tensors come back', () => {
  const file = parse(
    encodeGguf({ text: 'é', flag: true, whole: 7, real: 0.5, list: ['a', 'b'], nested: [[1, 2], [3]] }, tinyGgufTensors()),
  ) as GgufFile;
  expect(Object.fromEntries(file.metadata)).toEqual({
    text: 'é',
    flag: true,
    whole: 7,
    real: 0.5,
    list: ['a', 'b'],
    nested: [[1, 2], [3]],
  });
  expect(file.tensors.get('blk.0.ffn_gate.weight')).toMatchObject({ type: 'F32', shape: [96, 64], bytes: 96 * 64 * 4 });
  expect([...file.tensors.values()].every(({ offset }) => offset % 32 === 0)).toBe(true);
});

test('a file cut anywhere is refused', async () => {
  for (let length = 0; length < good.length; length += length < 4000 ? 1 : 997) expect(attempt(good.subarray(0, length))).toBeNull();
  const path = join(folder, 'cut.gguf');
  await writeFile(path, good.subarray(0, good.length - 64));
  await expect(readGguf(path)).rejects.toThrow(/cut\.gguf is damaged: it ends inside tensor/);
});

test('a header longer than the bytes at hand asks for more, and a header in a long file is read', async () => {
  expect(parse(good.subarray(0, 100), good.length)).toBe('more');
  const long = encodeGguf({ ...tinyGgufMetadata(), padding: 'x'.repeat(9 << 20) }, tinyGgufTensors());
  const path = join(folder, 'long.gguf');
  await writeFile(path, long);
  expect((await readGguf(path)).tensors.size).toBe(tinyGgufTensors().length);
});

test('flipped bits never move or reshape a tensor', () => {
  const original = attempt(good)!;
  const infos = good.indexOf('token_embd.weight') - 8;
  const dataStart = original.tensors.get('token_embd.weight')!.offset;
  fc.assert(
    fc.property(fc.integer({ min: infos, max: dataStart - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const bytes = Buffer.from(good);
      bytes[at]! ^= 1 << bit;
      const parsed = attempt(bytes);
      // A flip in a name gives another name, which whoever looks the tensor up will miss.
      const known = [...(parsed ?? original).tensors].filter(([name]) => original.tensors.has(name));
      expect(known.length).toBeGreaterThanOrEqual(original.tensors.size - 1);
      for (const [name, tensor] of known) expect(tensor).toEqual(original.tensors.get(name));
    }),
    { numRuns: 3000 },
  );
});

test('garbage and damage of any kind end in a parsed file or one clear error', () => {
  const edits = fc.array(fc.record({ at: fc.nat(good.length - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }), {
    maxLength: 4,
  });
  const damaged = edits.map((list) => {
    const bytes = Buffer.from(good);
    for (const edit of list) bytes.set(edit.bytes.subarray(0, bytes.length - edit.at), edit.at);
    return bytes;
  });
  const garbage = fc.uint8Array({ maxLength: 200 });
  const afterHead = garbage.map((bytes) => Buffer.concat([good.subarray(0, 24), bytes]));
  for (const bytes of [damaged, garbage, afterHead])
    expect(() =>
      fc.assert(
        fc.property(bytes, (input) => void attempt(input)),
        { numRuns: 1000 },
      ),
    ).not.toThrow();
});

test('hostile lengths are refused at once, without taking memory', () => {
  const sizes = [0xffff_ffff_ffff_ffffn, 0x7fff_ffff_ffff_ffffn, 2n ** 53n, 2n ** 40n, 2n ** 32n - 1n];
  const started = performance.now();
  for (const size of sizes)
    for (let at = 8; at < 600; at++) {
      const bytes = Buffer.from(good);
      bytes.writeBigUInt64LE(size, at);
      attempt(bytes);
    }
  expect(performance.now() - started).toBeLessThan(5000);
});

test('what is not supported is named', () => {
  const [first, ...rest] = tinyGgufTensors();
  expect(() => parse(encodeGguf({}, [{ ...first!, type: 23 }, ...rest]))).toThrow('is IQ4_XS, which is not supported');
  expect(() => parse(encodeGguf({}, [{ ...first!, type: 77 }, ...rest]))).toThrow('is type 77, which is not supported');
  expect(() => parse(encodeGguf({}, [], 1))).toThrow('version 1 is not supported');
  expect(() => parse(encodeGguf({ 'split.count': 3 }, []))).toThrow('llama-gguf-split --merge');
  expect(() => parse(encodeGguf({}, [first!, first!]))).toThrow('appears twice');
  expect(() => parse(encodeGguf({}, [{ ...first!, name: 'evil\u001b[31m\u202e', type: 10 }]))).toThrow('evil\ufffd[31m');
  expect(() => parse(Buffer.from('<html>not found</html>'))).toThrow('not a GGUF file');
});

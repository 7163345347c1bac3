import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  encodeGguf,
  TINY,
  tinyGguf,
  tinyGgufMetadata,
  tinyGgufTensors,
  tinyHuggingFaceConfig,
  tinyWeights,
  writeTinyFolder,
} from '../../../test/support/checkpoints.ts';
import { UsageError } from '../../core/errors.ts';
import type { DecoderConfig } from '../config.ts';
import { canonicalise, openWeights } from './canonicalise.ts';
import { readGguf } from './gguf.ts';
import { readSafetensors, writeSafetensors, type FloatTensor } from './safetensors.ts';
import { openGgufSource, openSafetensorsSource } from './source.ts';
import { canonicalTensors } from './weights.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'molehunt-canonical-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fromGguf(bytes: Uint8Array, name = 'x.gguf'): Promise<Map<string, FloatTensor>> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const target = join(folder, `${name}.safetensors`);
  await canonicalise(await openGgufSource(await readGguf(path)), target);
  return (await readSafetensors(target)).tensors;
}

const QWEN3: DecoderConfig = { ...TINY, family: 'qwen3', qkNorm: true, tiedEmbeddings: false, headSize: 16 };
const QWEN2: DecoderConfig = { ...TINY, family: 'qwen2', attentionBias: true };

test.each([TINY, QWEN2, QWEN3])('a GGUF file gives the weights it was made from: $family', async (config) => {
  const metadata = { ...tinyGgufMetadata(config), [`${config.family}.attention.key_length`]: config.headSize };
  const tensors = await fromGguf(encodeGguf(metadata, tinyGgufTensors(config)), `${config.family}.gguf`);
  expect(tensors).toEqual(tinyWeights(config));
  expect([...tensors.keys()]).toEqual(canonicalTensors(config).map(({ name }) => name));
});

test('a folder gives the weights it holds, in canonical order and aligned', async () => {
  const source = join(folder, 'whole');
  await writeTinyFolder(source);
  const path = join(folder, 'whole.safetensors');
  const opened = await openSafetensorsSource(source);
  await canonicalise(opened, path);
  expect((await readSafetensors(path)).tensors).toEqual(tinyWeights());
  const weights = await openWeights(path, opened.config);
  expect([...weights.tensors.values()][0]!.offset % 4096).toBe(0);
  const q = weights.tensors.get('model.layers.1.self_attn.q_proj.weight')!;
  const k = weights.tensors.get('model.layers.1.self_attn.k_proj.weight')!;
  expect(q.offset + q.bytes).toBe(k.offset);
  await expect(openWeights(path, { ...opened.config, layers: 1 })).rejects.toThrow(UsageError);
  await expect(openWeights(path, { ...opened.config, hidden: 32 })).rejects.toThrow(/another type or shape/);
  await expect(openWeights(join(source, 'model.safetensors'), { ...opened.config, tiedEmbeddings: false })).rejects.toThrow(/lm_head/);
});

async function writeShards(into: string, index: (map: Record<string, string>) => unknown): Promise<void> {
  await mkdir(into, { recursive: true });
  const weights = [...tinyWeights()];
  const map: Record<string, string> = {};
  for (const [at, part] of [weights.slice(0, 9), weights.slice(9)].entries()) {
    const name = `model-0000${at + 1}-of-00002.safetensors`;
    for (const [tensor] of part) map[tensor] = name;
    await writeSafetensors(join(into, name), new Map(part));
  }
  await writeFile(join(into, 'config.json'), JSON.stringify(tinyHuggingFaceConfig()));
  await writeFile(join(into, 'model.safetensors.index.json'), JSON.stringify(index(map)));
}

test('shards are joined, and an index that is wrong is refused', async () => {
  const into = join(folder, 'shards');
  await writeShards(into, (weight_map) => ({ metadata: { total_size: 1 }, weight_map }));
  const path = join(folder, 'joined.safetensors');
  await canonicalise(await openSafetensorsSource(into), path);
  expect((await readSafetensors(path)).tensors).toEqual(tinyWeights());

  const refused = async (index: (map: Record<string, string>) => unknown): Promise<string> => {
    await writeShards(into, index);
    const error = await openSafetensorsSource(into).then(
      () => new Error('accepted'),
      (thrown: unknown) => thrown as Error,
    );
    return `${error.name}: ${error.message}`;
  };
  expect(await refused((weight_map) => ({ weight_map: { ...weight_map, 'model.norm.weight': '../../etc/passwd.safetensors' } }))).toMatch(
    /^UsageError.*not a file beside it/,
  );
  expect(
    await refused((weight_map) => ({ weight_map: { ...weight_map, 'model.norm.weight': 'model-00001-of-00002.safetensors' } })),
  ).toMatch(/^UsageError.*is not in/);
  expect(await refused((weight_map) => ({ weight_map: { ...weight_map, 'model.norm.weight': 'gone.safetensors' } }))).toMatch(
    /^UsageError.*gone\.safetensors/,
  );
  expect(await refused(() => ({ weight_map: {} }))).toMatch(/^UsageError.*names no tensors/);
  expect(await refused(() => [])).toMatch(/^UsageError.*not an index/);
});

test('missing, extra and misshapen tensors are refused by name', async () => {
  const tensors = tinyGgufTensors();
  const metadata = tinyGgufMetadata();
  await expect(fromGguf(encodeGguf(metadata, tensors.slice(0, -1)))).rejects.toThrow('lacks tensor model.norm.weight');
  const extra = { ...tensors[1]!, name: 'blk.0.attn_output.bias' };
  await expect(fromGguf(encodeGguf(metadata, [...tensors, extra]))).rejects.toThrow('model.layers.0.self_attn.o_proj.bias');
  await expect(fromGguf(encodeGguf({ ...metadata, 'llama.feed_forward_length': 32 }, tensors))).rejects.toThrow(
    'mlp.gate_proj.weight is [96, 64]',
  );
});

test('no damage gives a wrong tensor: the same weights or one clear error', async () => {
  const good = tinyGguf();
  const expected = tinyWeights();
  const infos = good.indexOf('token_embd.weight') - 8;
  const dataStart = good.length - [...expected.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const damage = fc.tuple(fc.integer({ min: infos, max: dataStart - 1 }), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(damage, async ([at, mask]) => {
      const bytes = Buffer.from(good);
      bytes[at]! ^= mask;
      const outcome = await fromGguf(bytes, 'damaged.gguf').catch((error: unknown) => error);
      expect(outcome instanceof UsageError ? expected : outcome).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('a file that shrinks while it is read is refused, and nothing is left behind', async () => {
  const path = join(folder, 'shrinks.gguf');
  await writeFile(path, tinyGguf());
  const source = await openGgufSource(await readGguf(path));
  await writeFile(path, tinyGguf().subarray(0, 5000));
  const target = join(folder, 'shrunk.safetensors');
  await expect(canonicalise(source, target)).rejects.toThrow(/ended while it was read/);
  await expect(readFile(target)).rejects.toThrow('ENOENT');
});

test('stops at once when asked to', async () => {
  const path = join(folder, 'stop.gguf');
  await writeFile(path, tinyGguf());
  const source = await openGgufSource(await readGguf(path));
  await expect(canonicalise(source, join(folder, 'stopped.safetensors'), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
});

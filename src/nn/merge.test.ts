import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TINY, tinyWeights } from '../../test/support/checkpoints.ts';
import { createRandom } from '../core/random.ts';
import type { Adapter } from './adapter.ts';
import type { DecoderConfig } from './config.ts';
import { mergedTensors } from './merge.ts';
import { openWeights } from './weights/canonicalise.ts';
import { readSafetensors, streamSafetensors, writeSafetensors } from './weights/safetensors.ts';

// An MLP of more rows than fit into one piece: rows are counted on from piece to piece.
const WIDE: DecoderConfig = { ...TINY, layers: 1, hidden: 1024, intermediate: 1200 };

test.each([TINY, WIDE])('every value is W + B·A where the adapter has a layer, and W elsewhere', async (config) => {
  const folder = await mkdtemp(join(tmpdir(), 'molehunt-merge-'));
  try {
    const base = tinyWeights(config);
    await writeSafetensors(join(folder, 'base.safetensors'), base);
    const random = createRandom(1, 'adapter');
    const rank = 3;
    const fill = (length: number): Float32Array => Float32Array.from({ length }, () => random.next() - 0.5);
    const size = (name: string): readonly number[] => base.get(`${name}.weight`)!.shape;
    const names = ['model.layers.0.self_attn.v_proj', 'model.layers.0.mlp.up_proj', 'model.layers.0.mlp.down_proj'];
    const adapter: Adapter = {
      rank,
      layers: new Map(names.map((name) => [name, { a: fill(rank * size(name)[1]!), b: fill(size(name)[0]! * rank) }])),
    };
    const file = await openWeights(join(folder, 'base.safetensors'), config);
    await streamSafetensors(join(folder, 'merged.safetensors'), mergedTensors(config, file, adapter));
    const { tensors } = await readSafetensors(join(folder, 'merged.safetensors'));
    expect([...tensors.keys()]).toEqual([...base.keys()]);
    for (const [key, { data, shape }] of base) {
      const pair = adapter.layers.get(key.replace('.weight', ''));
      const found = tensors.get(key)!;
      expect(found.shape).toEqual(shape);
      const width = shape.at(-1)!;
      const expected = data.map((value, i) => {
        let sum = 0;
        for (let k = 0; pair !== undefined && k < rank; k++)
          sum += pair.b[Math.floor(i / width) * rank + k]! * pair.a[k * width + (i % width)]!;
        return value + sum;
      });
      expect(found.data, key).toEqual(expected);
    }
    await streamSafetensors(join(folder, 'same.safetensors'), mergedTensors(config, file, undefined));
    expect((await readSafetensors(join(folder, 'same.safetensors'))).tensors).toEqual(base);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

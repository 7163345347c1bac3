/**
 * The key/value cache of the rows being decoded: for each layer one block [rows, K, capacity, h] that ONNX Runtime
 * reads and extends in place. Active rows lie at the front, so that a step runs on exactly those.
 */
import type { DecoderConfig } from '../../nn/config.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';

/** Keys and values of a stretch of tokens: [1, K, length, h] for each layer. */
export interface Stretch {
  readonly length: number;
  readonly k: readonly Float32Array[];
  readonly v: readonly Float32Array[];
}

export interface Cache {
  readonly capacity: number;
  /** Puts stretches one after the other at the start of a row. */
  fill(row: number, stretches: readonly Stretch[]): void;
  move(from: number, to: number): void;
  /** The first `rows` rows as feeds `k.{i}`, `v.{i}`. */
  feeds(rows: number): Record<string, Tensor>;
  /** The same memory as results `next_k.{i}`, `next_v.{i}`. */
  results(rows: number): Record<string, Tensor>;
}

/** Bytes of one row's cache at a capacity. */
export function rowBytes({ layers, kvHeads, headSize }: DecoderConfig, capacity: number): number {
  return 2 * layers * kvHeads * headSize * capacity * Float32Array.BYTES_PER_ELEMENT;
}

export function createCache({ layers, kvHeads, headSize }: DecoderConfig, rows: number, capacity: number): Cache {
  const rowSize = kvHeads * capacity * headSize;
  const allocate = (): Float32Array[] => Array.from({ length: layers }, () => new Float32Array(rows * rowSize));
  const [k, v] = [allocate(), allocate()];
  const view = (count: number, prefix: string): Record<string, Tensor> => {
    const shape = [count, kvHeads, capacity, headSize];
    const named: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      named[`${prefix}k.${layer}`] = { data: k[layer]!.subarray(0, count * rowSize), shape };
      named[`${prefix}v.${layer}`] = { data: v[layer]!.subarray(0, count * rowSize), shape };
    }
    return named;
  };
  return {
    capacity,
    fill(row, stretches) {
      for (let layer = 0; layer < layers; layer++) {
        for (let head = 0; head < kvHeads; head++) {
          let at = row * rowSize + head * capacity * headSize;
          for (const stretch of stretches) {
            const size = stretch.length * headSize;
            k[layer]!.set(stretch.k[layer]!.subarray(head * size, (head + 1) * size), at);
            v[layer]!.set(stretch.v[layer]!.subarray(head * size, (head + 1) * size), at);
            at += size;
          }
        }
      }
    },
    move(from, to) {
      for (const blocks of [k, v]) for (const block of blocks) block.copyWithin(to * rowSize, from * rowSize, (from + 1) * rowSize);
    },
    feeds: (count) => view(count, ''),
    results: (count) => view(count, 'next_'),
  };
}

/** Positions `start` to `end` of row `row` of prefill results [B, K, T, h]. */
export function stretchOf(
  results: Readonly<Record<string, Tensor>>,
  { layers, kvHeads, headSize }: DecoderConfig,
  row: number,
  start: number,
  end: number,
): Stretch {
  const length = end - start;
  const time = results['k.0']!.shape[2]!;
  const cut = (name: string): Float32Array => {
    const all = floats(results[name]);
    const out = new Float32Array(kvHeads * length * headSize);
    for (let head = 0; head < kvHeads; head++) {
      const from = ((row * kvHeads + head) * time + start) * headSize;
      out.set(all.subarray(from, from + length * headSize), head * length * headSize);
    }
    return out;
  };
  const all = (prefix: string): Float32Array[] => Array.from({ length: layers }, (_, layer) => cut(`${prefix}.${layer}`));
  return { length, k: all('k'), v: all('v') };
}

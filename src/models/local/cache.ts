/**
 * The key/value cache of the rows being decoded: for each layer one block [rows, K, capacity, h]. Active rows lie at the
 * front, so that a run is about exactly those; what it adds is copied in here for the rows that go on.
 */
import type { DecoderConfig } from '../../nn/config.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';

/** Keys and values of some tokens: positions `start` to `end` of a row of the results `{k}.{i}`, `{v}.{i}` [B, K, T, h]. */
export interface Stretch {
  readonly results: Readonly<Record<string, Tensor>>;
  readonly k: string;
  readonly v: string;
  readonly row: number;
  readonly start: number;
  readonly end: number;
}

export interface Cache {
  /** Positions there is room for in each row. */
  readonly capacity: number;
  /** Makes room for so many positions. Room that is not needed yet would be copied and searched at every run. */
  reserve(positions: number): void;
  /** Puts a stretch behind the first `position` positions of a row, which has room for it. */
  put(row: number, position: number, stretch: Stretch): void;
  move(from: number, to: number): void;
  /** The first `rows` rows as feeds `k.{i}`, `v.{i}` [rows, K, capacity, h]. */
  feeds(rows: number): Record<string, Tensor>;
}

/** Room grows by at least so many positions, and by a quarter, so that growing stays rare. */
const STEP = 32;
const GROWTH = 1.25;

/** Bytes of one row's cache at a capacity. */
export function rowBytes({ layers, kvHeads, headSize }: DecoderConfig, capacity: number): number {
  return 2 * layers * kvHeads * headSize * capacity * Float32Array.BYTES_PER_ELEMENT;
}

/** `longest` is what a row will need at most. */
export function createCache({ layers, kvHeads, headSize }: DecoderConfig, rows: number, longest: number): Cache {
  const [k, v] = [0, 1].map(() => Array.from({ length: layers }, () => new Float32Array(0))) as [Float32Array[], Float32Array[]];
  let capacity = 0;

  return {
    get capacity() {
      return capacity;
    },
    reserve(positions) {
      if (positions <= capacity) return;
      const before = capacity * headSize;
      capacity = Math.max(positions, Math.min(longest, Math.ceil(Math.max(positions, capacity * GROWTH) / STEP) * STEP));
      const after = capacity * headSize;
      // One block after the other, so that only one is there twice.
      for (const blocks of [k, v]) {
        for (const [layer, old] of blocks.entries()) {
          const block = new Float32Array(rows * kvHeads * after);
          for (let head = 0; head < rows * kvHeads; head++) block.set(old.subarray(head * before, (head + 1) * before), head * after);
          blocks[layer] = block;
        }
      }
    },
    put(row, position, stretch) {
      for (const [name, blocks] of [
        [stretch.k, k],
        [stretch.v, v],
      ] as const) {
        for (const [layer, block] of blocks.entries()) {
          const source = stretch.results[`${name}.${layer}`];
          const [data, time] = [floats(source), source!.shape[2]!];
          for (let head = 0; head < kvHeads; head++) {
            const from = (stretch.row * kvHeads + head) * time;
            const piece = data.subarray((from + stretch.start) * headSize, (from + stretch.end) * headSize);
            block.set(piece, ((row * kvHeads + head) * capacity + position) * headSize);
          }
        }
      }
    },
    move(from, to) {
      const size = kvHeads * capacity * headSize;
      for (const blocks of [k, v]) for (const block of blocks) block.copyWithin(to * size, from * size, (from + 1) * size);
    },
    feeds(count) {
      const shape = [count, kvHeads, capacity, headSize];
      const feeds: Record<string, Tensor> = {};
      const used = count * kvHeads * capacity * headSize;
      for (let layer = 0; layer < layers; layer++) {
        feeds[`k.${layer}`] = { data: k[layer]!.subarray(0, used), shape };
        feeds[`v.${layer}`] = { data: v[layer]!.subarray(0, used), shape };
      }
      return feeds;
    },
  };
}

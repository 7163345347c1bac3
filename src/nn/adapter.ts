/**
 * Low-rank adapters in memory: pairs of matrices by layer name. Owns stacking and initialisation; files are in
 * `adapter-files.ts`. A stack of adapters is one adapter of summed rank, so everything below sees at most one.
 */
import { createRandom } from '../core/random.ts';
import type { DecoderConfig } from './config.ts';
import { linearLayers } from './decoder.ts';

export interface LowRankPair {
  /** [rank, in] */
  readonly a: Float32Array;
  /** [out, rank] */
  readonly b: Float32Array;
}

/** W + B·A for each layer named (`model.layers.0.self_attn.q_proj`); every layer has the same rank. */
export interface Adapter {
  readonly rank: number;
  readonly layers: ReadonlyMap<string, LowRankPair>;
}

/** The part of a layer's product that an adapter of this rank contributes is zero at first: A is random, B is zero. */
export function freshAdapter(config: DecoderConfig, targets: readonly string[], rank: number, seed: number | string): Adapter {
  const layers = new Map<string, LowRankPair>();
  for (const { name, layer, in: into, out } of linearLayers(config)) {
    if (!targets.includes(layer)) continue;
    const random = createRandom(seed, 'lora', name);
    // Kaiming-uniform with a = √5, PEFT's default: U(±1/√in).
    const bound = into ** -0.5;
    const a = Float32Array.from({ length: rank * into }, () => (2 * random.next() - 1) * bound);
    layers.set(name, { a, b: new Float32Array(out * rank) });
  }
  return { rank, layers };
}

/** One adapter that acts as all of them together; a layer that one of them lacks gets zeros. */
export function stackAdapters(adapters: readonly Adapter[]): Adapter | undefined {
  if (adapters.length <= 1) return adapters[0];
  const rank = adapters.reduce((total, adapter) => total + adapter.rank, 0);
  const names = new Set(adapters.flatMap(({ layers }) => [...layers.keys()]));
  const layers = new Map<string, LowRankPair>();
  for (const name of names) {
    const known = adapters.find((adapter) => adapter.layers.has(name))!;
    const sample = known.layers.get(name)!;
    const [into, out] = [sample.a.length / known.rank, sample.b.length / known.rank];
    const [a, b] = [new Float32Array(rank * into), new Float32Array(out * rank)];
    let offset = 0;
    for (const adapter of adapters) {
      const pair = adapter.layers.get(name);
      if (pair) {
        a.set(pair.a, offset * into);
        writeColumns(b, rank, pair.b, adapter.rank, offset);
      }
      offset += adapter.rank;
    }
    layers.set(name, { a, b });
  }
  return { rank, layers };
}

/** Multiplies B, so that an adapter with scale alpha/r becomes one without. */
export function scaleAdapter({ rank, layers }: Adapter, factor: number): Adapter {
  return { rank, layers: new Map([...layers].map(([name, { a, b }]) => [name, { a, b: b.map((value) => value * factor) }])) };
}

/** W += B·A in place for the rows of W [out, in] from `from` on that `rows` holds; summed in float64. */
export function addProduct(rows: Float32Array, { a, b }: LowRankPair, rank: number, from = 0): void {
  const width = a.length / rank;
  const change = new Float64Array(width);
  for (let row = 0; row < rows.length / width; row++) {
    change.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = b[(from + row) * rank + k]!;
      for (let i = 0; i < width; i++) change[i]! += factor * a[k * width + i]!;
    }
    for (let i = 0; i < width; i++) rows[row * width + i]! += change[i]!;
  }
}

/** Copies `source` [rows, width] into columns `at…at + width` of `target` [rows, targetWidth]. */
export function writeColumns(target: Float32Array, targetWidth: number, source: Float32Array, width: number, at: number): void {
  for (let from = 0, to = at; from < source.length; from += width, to += targetWidth) {
    for (let i = 0; i < width; i++) target[to + i] = source[from + i]!;
  }
}

/** The reverse of `writeColumns`. */
export function readColumns(source: Float32Array, sourceWidth: number, width: number, at: number, target: Float32Array): void {
  for (let from = at, to = 0; to < target.length; from += sourceWidth, to += width) {
    for (let i = 0; i < width; i++) target[to + i] = source[from + i]!;
  }
}

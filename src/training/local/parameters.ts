/**
 * What a local trainer trains: named float32 tensors with their gradients and optimizer state, and how they are fed to
 * the training graph. Two kinds: a fresh low-rank adapter on a frozen stack, and every weight of the network.
 */
import { open } from 'node:fs/promises';
import { addProduct, readColumns, stackAdapters, type Adapter } from '../../nn/adapter.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import { linearLayers } from '../../nn/decoder.ts';
import { canonicalTensors, type WeightsFile } from '../../nn/weights/weights.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';
import { createAdamState, type AdamState } from './adamw.ts';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly adam: AdamState;
}

export interface Parameters {
  readonly list: readonly Parameter[];
  /** The parameters as the graph wants them, with what is frozen beside them. */
  feeds(): Record<string, Tensor>;
  /** Adds the graph's gradients (`gradient.{name}`) of one micro-batch. */
  accumulate(results: Readonly<Record<string, Tensor>>): void;
}

function parameter(name: string, shape: readonly number[], values: Float32Array): Parameter {
  return { name, shape, values, gradient: new Float32Array(values.length), adam: createAdamState(values.length) };
}

function addTo(target: Float32Array, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += source[i]!;
}

/** `fresh` is trained on top of `frozen`, whose B already has its scale folded in. */
export function loraParameters(config: DecoderConfig, fresh: Adapter, frozen: Adapter | undefined, scale: number): Parameters {
  const { rank } = fresh;
  const list: Parameter[] = [];
  const parts: { name: string; a: Parameter; b: Parameter; in: number; out: number }[] = [];
  for (const { name, in: into, out } of linearLayers(config)) {
    const pair = fresh.layers.get(name);
    if (!pair) continue;
    const a = parameter(`${name}.lora_A`, [rank, into], pair.a);
    const b = parameter(`${name}.lora_B`, [out, rank], pair.b);
    list.push(a, b);
    parts.push({ name, a, b, in: into, out });
  }
  // The graph has one scale for all; the frozen part's B is divided by it beforehand.
  const below: Adapter | undefined = frozen && {
    rank: frozen.rank,
    layers: new Map([...frozen.layers].map(([name, { a, b }]) => [name, { a, b: b.map((value) => value / scale) }])),
  };
  const frozenRank = below?.rank ?? 0;
  const frozenOnly = below && [...below.layers.keys()].find((name) => !fresh.layers.has(name));
  if (frozenOnly !== undefined)
    throw new TypeError(`a frozen adapter changes ${frozenOnly}, which is not trained; train at least the layers of the adapters below`);

  return {
    list,
    feeds() {
      const current: Adapter = { rank, layers: new Map(parts.map(({ name, a, b }) => [name, { a: a.values, b: b.values }])) };
      const stacked = stackAdapters(below ? [below, current] : [current])!;
      const feeds: Record<string, Tensor> = {};
      for (const { name, in: into, out } of parts) {
        const { a, b } = stacked.layers.get(name)!;
        feeds[`${name}.lora_A`] = { data: a, shape: [stacked.rank, into] };
        feeds[`${name}.lora_B`] = { data: b, shape: [out, stacked.rank] };
      }
      return feeds;
    },
    accumulate(results) {
      for (const { name, a, b, in: into, out } of parts) {
        addTo(a.gradient, floats(results[`gradient.${name}.lora_A`]).subarray(frozenRank * into));
        const whole = floats(results[`gradient.${name}.lora_B`]);
        if (frozenRank === 0) addTo(b.gradient, whole);
        else {
          const own = new Float32Array(out * rank);
          readColumns(whole, frozenRank + rank, rank, frozenRank, own);
          addTo(b.gradient, own);
        }
      }
    },
  };
}

/** Every weight, read from the file into memory of its own; `merged` is added to it. */
export async function fullParameters(config: DecoderConfig, weights: WeightsFile, merged?: Adapter): Promise<Parameters> {
  const list: Parameter[] = [];
  const handle = await open(weights.path, 'r');
  try {
    for (const { name, shape } of canonicalTensors(config)) {
      const entry = weights.tensors.get(name);
      if (!entry) throw new TypeError(`the weights file has no tensor ${name}`);
      const values = new Float32Array(entry.bytes / Float32Array.BYTES_PER_ELEMENT);
      const bytes = new Uint8Array(values.buffer);
      for (let at = 0; at < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 2 ** 26), entry.offset + at);
        if (bytesRead === 0) throw new RangeError(`the weights file ends inside ${name}`);
        at += bytesRead;
      }
      const pair = merged?.layers.get(name.replace(/\.weight$/, ''));
      if (merged !== undefined && pair !== undefined) addProduct(values, pair, merged.rank);
      list.push(parameter(name, shape, values));
    }
  } finally {
    await handle.close();
  }
  return {
    list,
    feeds: () => Object.fromEntries(list.map(({ name, shape, values }) => [name, { data: values, shape }])),
    accumulate(results) {
      for (const { name, gradient } of list) addTo(gradient, floats(results[`gradient.${name}`]));
    },
  };
}

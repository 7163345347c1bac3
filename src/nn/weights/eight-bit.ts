/**
 * The linear layers of a canonical file once more, in 8-bit integers: `[in, out]` with one scale for each output, for the
 * forward product, and `[out, in]` with one for each input, for the gradient. A few inputs are so much larger than all others
 * that steps which hold them leave the others none; those stay float32 (LLM.int8(), Dettmers et al. 2022, §3.2). Made once,
 * beside the canonical file, which is not changed.
 */
import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DecoderConfig } from '../config.ts';
import { linearLayers } from '../decoder.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
import { streamSafetensors, type OutgoingTensor } from './safetensors.ts';
import type { TensorEntry, WeightsFile } from './weights.ts';

/** Raise it when the same weights would give other bytes. */
const VERSION = 1;
/** Symmetric, so that zero stays zero. */
const MOST = 127;
/** Inputs of a layer that stay float32. */
export const OUTLIERS = 8;

/**
 * What goes into `down` is large here for one token and there for another, so no choice of inputs helps it, and more than half
 * of the error would be its: forward it is multiplied as it is.
 */
export function staysExact(layer: string): boolean {
  return layer.endsWith('.down_proj');
}

/** A layer's tensors in the file. */
export interface EightBitNames {
  /** [in, out] int8, and its scales [out]; rows of outliers are 0. */
  readonly forward: string;
  readonly columns: string;
  /** [out, in] int8, and its scales [in]; columns of outliers are 0, because their gradient comes with their exact product. */
  readonly backward: string;
  readonly rows: string;
  /** [in]: 0 for outliers, else 1. */
  readonly kept: string;
  /** [outliers, in]: picks them from x. */
  readonly outliers: string;
  /** [out, outliers]: their weights. */
  readonly exact: string;
}

export function eightBitNames(layer: string): EightBitNames {
  const of = (what: string): string => `${layer}.int8.${what}`;
  return {
    forward: of('forward'),
    columns: of('columns'),
    backward: of('backward'),
    rows: of('rows'),
    kept: of('kept'),
    outliers: of('outliers'),
    exact: of('exact'),
  };
}

/** By layer, its inputs in the order of how large they get. */
export type LargestInputs = ReadonlyMap<string, readonly number[]>;

/** Opens the file beside `weights`, making it where there is none yet or it was made from other weights. */
export async function openEightBit(
  weights: WeightsFile,
  config: DecoderConfig,
  largestInputs: () => Promise<LargestInputs>,
): Promise<WeightsFile> {
  const path = join(dirname(weights.path), 'weights.int8.safetensors');
  const { size, mtimeMs } = await stat(weights.path);
  const from = `${VERSION} ${size} ${mtimeMs}`;
  const known = await readSafetensorsHeader(path).catch(() => undefined);
  if (known?.metadata['from'] !== from) await make(path, weights, config, from, await largestInputs());
  const { tensors } = await readSafetensorsHeader(path);
  return {
    path,
    tensors: new Map([...tensors].map(([name, { shape, offset, bytes }]): [string, TensorEntry] => [name, { shape, offset, bytes }])),
  };
}

async function make(path: string, weights: WeightsFile, config: DecoderConfig, from: string, largest: LargestInputs): Promise<void> {
  const handle = await open(weights.path, 'r');
  try {
    const outgoing = linearLayers(config).flatMap((layer): OutgoingTensor[] => {
      const { name, in: into, out } = layer;
      const names = eightBitNames(name);
      const outliers = staysExact(name) ? [] : largest.get(name)!.slice(0, OUTLIERS);
      // A layer's tensors follow one another, and are made together.
      let made: Promise<EightBit> | undefined;
      const once = async (): Promise<EightBit> => {
        const { offset, bytes } = weights.tensors.get(`${name}.weight`)!;
        const values = new Float32Array(bytes / Float32Array.BYTES_PER_ELEMENT);
        await handle.read(new Uint8Array(values.buffer), 0, bytes, offset);
        return eightBit(values, out, into, outliers);
      };
      const shapes: Readonly<Record<keyof EightBitNames, readonly number[]>> = {
        columns: [out],
        rows: [into],
        kept: [into],
        outliers: [OUTLIERS, into],
        exact: [out, OUTLIERS],
        forward: [into, out],
        backward: [out, into],
      };
      const kinds = Object.keys(shapes) as (keyof EightBitNames)[];
      return kinds.map((kind) => ({
        name: names[kind],
        shape: shapes[kind],
        ...(kind === 'forward' || kind === 'backward' ? { dtype: 'I8' } : {}),
        async *pieces() {
          made ??= once();
          yield (await made)[kind];
          if (kind === kinds.at(-1)) made = undefined;
        },
      }));
    });
    await streamSafetensors(path, outgoing, { metadata: { format: 'pt', from }, alignment: 64 });
  } finally {
    await handle.close();
  }
}

type EightBit = Readonly<
  Record<Exclude<keyof EightBitNames, 'forward' | 'backward'>, Float32Array> & Record<'forward' | 'backward', Int8Array>
>;

/** What the file holds of W [out, in]. */
export function eightBit(weights: Float32Array, out: number, into: number, outliers: readonly number[]): EightBit {
  const kept = new Float32Array(into).fill(1);
  const picks = new Float32Array(OUTLIERS * into);
  const exact = new Float32Array(out * OUTLIERS);
  outliers.forEach((i, nth) => {
    kept[i] = 0;
    picks[nth * into + i] = 1;
    for (let o = 0; o < out; o++) exact[o * OUTLIERS + nth] = weights[o * into + i]!;
  });
  const [columns, rows] = [new Float32Array(out), new Float32Array(into)];
  for (let o = 0, at = 0; o < out; o++) {
    for (let i = 0; i < into; i++, at++) {
      const size = Math.abs(weights[at]!) / MOST;
      if (kept[i] === 1) columns[o] = Math.max(columns[o]!, size);
      rows[i] = Math.max(rows[i]!, size);
    }
  }
  const [forward, backward] = [new Int8Array(weights.length), new Int8Array(weights.length)];
  const steps = (value: number, step: number): number => (step === 0 ? 0 : Math.round(value / step));
  for (let o = 0, at = 0; o < out; o++) {
    for (let i = 0; i < into; i++, at++) {
      forward[i * out + o] = kept[i] === 1 ? steps(weights[at]!, columns[o]!) : 0;
      backward[at] = kept[i] === 1 ? steps(weights[at]!, rows[i]!) : 0;
    }
  }
  return { forward, columns, backward, rows, kept, outliers: picks, exact };
}

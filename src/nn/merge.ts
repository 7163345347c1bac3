/**
 * An adapter folded into the weights: W + B·A, a few rows at a time, so that a network of any size passes through little
 * memory. Pure in its inputs; where the result goes is the caller's (checkpoint-files.ts).
 */
import { open } from 'node:fs/promises';
import type { Adapter, LowRankPair } from './adapter.ts';
import type { DecoderConfig } from './config.ts';
import { fileError } from './weights/atomic-file.ts';
import type { OutgoingTensor } from './weights/safetensors.ts';
import { readPieces } from './weights/stored-tensor.ts';
import { canonicalTensors, type WeightsFile } from './weights/weights.ts';

/** The network's tensors in canonical order; without an adapter they are the file's own. The adapter's scale is folded into B. */
export function mergedTensors(config: DecoderConfig, file: WeightsFile, adapter: Adapter | undefined): OutgoingTensor[] {
  return canonicalTensors(config).map(({ name, shape }) => {
    const pair = adapter?.layers.get(name.replace(/\.weight$/, ''));
    return { name, shape, pieces: () => tensorPieces(file, name, pair, adapter?.rank ?? 0) };
  });
}

async function* tensorPieces(
  { path, tensors }: WeightsFile,
  name: string,
  pair: LowRankPair | undefined,
  rank: number,
): AsyncGenerator<Float32Array> {
  const entry = tensors.get(name);
  if (entry === undefined) throw new TypeError(`the weights file has no tensor ${name}`);
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, `read ${path}`);
  });
  try {
    let row = 0;
    for await (const piece of readPieces(handle, { path, type: 'F32', ...entry })) {
      if (pair !== undefined) row = addProduct(piece, pair, rank, row);
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

/** Adds rows `from…` of B·A to `rows`, summed in float64. Returns the row after the last. */
function addProduct(rows: Float32Array, { a, b }: LowRankPair, rank: number, from: number): number {
  const width = a.length / rank;
  const change = new Float64Array(width);
  const count = rows.length / width;
  for (let row = 0; row < count; row++) {
    change.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = b[(from + row) * rank + k]!;
      const at = k * width;
      for (let i = 0; i < width; i++) change[i]! += factor * a[at + i]!;
    }
    const at = row * width;
    for (let i = 0; i < width; i++) rows[at + i] = rows[at + i]! + change[i]!;
  }
  return from + count;
}

/**
 * An adapter folded into the weights: W + B·A, a few rows at a time, so that a network of any size passes through little
 * memory. Pure in its inputs; where the result goes is the caller's (checkpoint-files.ts).
 */
import { open } from 'node:fs/promises';
import { addProduct, type Adapter, type LowRankPair } from './adapter.ts';
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
    const width = entry.shape.at(-1)!;
    let row = 0;
    for await (const piece of readPieces(handle, { path, type: 'F32', ...entry })) {
      if (pair !== undefined) addProduct(piece, pair, rank, row);
      row += piece.length / width;
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

/**
 * One network's sessions over its mapped weights, opened when first needed, and the count of work done with them.
 * Owns feeds that never change (rotary tables); knows nothing of requests, tokens or text.
 */
import path from 'node:path';
import { decodingGraph } from '../../nn/decoding.ts';
import { firstLayerGraph, hiddenGraph, inputsGraph, nextGraph, prefillGraph, scoringGraph, swapGraph } from '../../nn/graphs.ts';
import { linearLayers } from '../../nn/decoder.ts';
import type { Adapter } from '../../nn/adapter.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import { rotaryTables } from '../../nn/rotary.ts';
import { openEightBit, type LargestInputs } from '../../nn/weights/eight-bit.ts';
import { placeOf, type WeightsFile } from '../../nn/weights/weights.ts';
import type { Graph } from '../../tensor/graph.ts';
import { createSession, type Session, type WeightSource } from '../../tensor/onnx/session.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { WorkCounter } from './work.ts';

export type Purpose =
  | 'prefill'
  | 'decode'
  | 'next'
  | 'score'
  | 'swap'
  | 'hidden'
  | 'first-layer'
  | 'inputs'
  | 'edited prefill'
  | 'edited decode';

// Every session maps the weights anew, and each mapping counts as memory of the process. Opening one takes a fraction of a second.
const MAX_SESSIONS = 2;

export interface Network {
  readonly config: DecoderConfig;
  readonly work: WorkCounter;
  readonly weights: WeightSource;
  /** With the linear layers in 8-bit integers too, which are made when first wanted. */
  eightBitWeights(largestInputs: () => Promise<LargestInputs>): Promise<WeightSource>;
  /** Runs the graph for a purpose. With an adapter, the feeds hold the low-rank matrices of every linear layer. */
  run(purpose: Purpose, adapter: AdapterFeeds, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Rotary tables that cover `positions`, as the feeds `cos` and `sin`. */
  tables(positions: number): Readonly<Record<'cos' | 'sin', Tensor>>;
  /** Frees the sessions that are not running; they open again when needed. */
  release(): Promise<void>;
}

/** With `largestInputs`, what is only read (`score`, `next`) is computed in 8-bit integers. */
export function createNetwork(
  config: DecoderConfig,
  file: WeightsFile,
  work: WorkCounter,
  threads?: number,
  largestInputs?: () => Promise<LargestInputs>,
): Network {
  const weights: WeightSource = {
    folder: path.dirname(file.path),
    place: (name) => placeOf(file, name),
  };
  // In the order of last use.
  const sessions = new Map<string, { readonly opening: Promise<Session>; running: number }>();
  let tables = rotaryTables(config, 0);

  const build = (purpose: Purpose, adapted: boolean, eightBit: boolean): Graph => {
    switch (purpose) {
      case 'prefill':
        return prefillGraph(config, adapted);
      case 'decode':
        return decodingGraph(config, adapted);
      case 'next':
        return nextGraph(config, { adapted, eightBit });
      case 'score':
        return scoringGraph(config, { adapted, eightBit });
      case 'swap':
        return swapGraph(config, adapted);
      case 'hidden':
        return hiddenGraph(config, adapted);
      case 'edited prefill':
        return prefillGraph(config, adapted, true);
      case 'edited decode':
        return decodingGraph(config, adapted, true);
      case 'first-layer':
        return firstLayerGraph(config, adapted);
      case 'inputs':
        return inputsGraph(config);
    }
  };
  const eightBitWeights: Network['eightBitWeights'] = async (find) => {
    const small = await openEightBit(file, config, find);
    return { folder: weights.folder, place: (name) => placeOf(small.tensors.has(name) ? small : file, name) };
  };
  const open = async (purpose: Purpose, adapted: boolean): Promise<Session> => {
    const eightBit = largestInputs !== undefined && (purpose === 'score' || purpose === 'next');
    return createSession(build(purpose, adapted, eightBit), eightBit ? await eightBitWeights(largestInputs) : weights, {
      prepack: eightBit,
      ...(threads === undefined ? {} : { threads }),
    });
  };
  /** Closes idle sessions, longest unused first, until at most `keep` are left. */
  const release = async (keep: number): Promise<void> => {
    for (const [key, { opening, running }] of sessions) {
      if (sessions.size <= keep) return;
      if (running > 0) continue;
      sessions.delete(key);
      await (await opening).release();
    }
  };

  return {
    config,
    work,
    weights,
    eightBitWeights,
    async run(purpose, adapter, feeds) {
      const adapted = Object.keys(adapter).length > 0;
      const key = `${purpose} ${adapted}`;
      const entry = sessions.get(key) ?? { opening: open(purpose, adapted), running: 0 };
      sessions.delete(key);
      sessions.set(key, entry);
      entry.running += 1;
      try {
        await release(MAX_SESSIONS);
        return await (await entry.opening).run({ ...adapter, ...feeds });
      } finally {
        entry.running -= 1;
      }
    },
    tables(positions) {
      // A row holds several samples, so it may be longer than any of them may be.
      if (tables.cos.shape[0]! < positions) tables = rotaryTables(config, Math.ceil(positions / 256) * 256);
      return { cos: tables.cos, sin: tables.sin };
    },
    release: () => release(0),
  };
}

/** `{layer}.lora_A` and `{layer}.lora_B` of every linear layer; empty for the base model. */
export type AdapterFeeds = Readonly<Record<string, Tensor>>;

/** The low-rank feeds of an adapter; layers it does not change get zeros of its rank. */
export function adapterFeeds(config: DecoderConfig, adapter: Adapter | undefined): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  if (!adapter) return feeds;
  const { rank } = adapter;
  for (const { name, in: into, out } of linearLayers(config)) {
    const pair = adapter.layers.get(name) ?? { a: new Float32Array(rank * into), b: new Float32Array(out * rank) };
    feeds[`${name}.lora_A`] = { data: pair.a, shape: [rank, into] };
    feeds[`${name}.lora_B`] = { data: pair.b, shape: [out, rank] };
  }
  return feeds;
}

/**
 * One network's sessions over its mapped weights, opened when first needed, and the count of work done with them.
 * Owns feeds that never change (rotary tables); knows nothing of requests, tokens or text.
 */
import { decodingGraph, prefillGraph, scoringGraph } from '../../nn/graphs.ts';
import { linearLayers } from '../../nn/decoder.ts';
import type { Adapter } from '../../nn/adapter.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import { rotaryTables } from '../../nn/rotary.ts';
import type { WeightsFile } from '../../nn/weights/weights.ts';
import type { Graph } from '../../tensor/graph.ts';
import { createSession, type Session, type WeightSource } from '../../tensor/onnx/session.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { WorkCounter } from './work.ts';

export type Purpose = 'prefill' | 'prefixed-prefill' | 'decode' | 'score';

export interface Network {
  readonly config: DecoderConfig;
  readonly work: WorkCounter;
  readonly weights: WeightSource;
  /** The session for a purpose; adapted ones take the low-rank matrices of every linear layer. */
  session(purpose: Purpose, adapted: boolean): Promise<Session>;
  /** Rotary tables that cover `positions`, as the feeds `cos` and `sin`. */
  tables(positions: number): Readonly<Record<'cos' | 'sin', Tensor>>;
  /** Frees every session; they open again when needed. */
  release(): Promise<void>;
}

export function createNetwork(config: DecoderConfig, file: WeightsFile, work: WorkCounter, threads?: number): Network {
  const weights: WeightSource = {
    path: file.path,
    place(name) {
      const entry = file.tensors.get(name);
      if (!entry) throw new TypeError(`the weights file has no tensor ${name}`);
      return { offset: entry.offset, length: entry.bytes };
    },
  };
  const sessions = new Map<string, Promise<Session>>();
  let tables = rotaryTables(config, 0);

  const build = (purpose: Purpose, adapted: boolean): Graph => {
    switch (purpose) {
      case 'prefill':
        return prefillGraph(config, adapted, false);
      case 'prefixed-prefill':
        return prefillGraph(config, adapted, true);
      case 'decode':
        return decodingGraph(config, adapted);
      case 'score':
        return scoringGraph(config, adapted);
    }
  };
  return {
    config,
    work,
    weights,
    session(purpose, adapted) {
      const key = `${purpose} ${adapted}`;
      const known = sessions.get(key);
      if (known) return known;
      const opening = createSession(build(purpose, adapted), weights, threads === undefined ? {} : { threads });
      sessions.set(key, opening);
      opening.catch(() => sessions.delete(key));
      return opening;
    },
    tables(positions) {
      if (tables.cos.shape[0]! < positions) tables = rotaryTables(config, Math.min(config.maxPositions, Math.ceil(positions / 256) * 256));
      return { cos: tables.cos, sin: tables.sin };
    },
    async release() {
      const open = [...sessions.values()];
      sessions.clear();
      await Promise.all(open.map(async (opening) => (await opening).release()));
    },
  };
}

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

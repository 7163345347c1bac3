/** Prompts to first logits and caches, in batches; a shared prefix is computed once and attended to by every row. */
import { SHARED_SEGMENT } from '../../nn/attention.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';
import { stretchOf, type Stretch } from './cache.ts';
import type { Network } from './network.ts';

export interface Prefilled {
  /** [vocabulary], after the last prompt token. */
  readonly logits: Float32Array;
  /** Of the prompt without the prefix. */
  readonly stretch: Stretch;
}

/** Rows must be non-empty; tokens of `prefix` come before every row. */
export async function prefill(
  network: Network,
  adapter: Readonly<Record<string, Tensor>>,
  rows: readonly (readonly number[])[],
  prefix: Stretch | undefined,
): Promise<Prefilled[]> {
  const { config } = network;
  const time = Math.max(...rows.map((row) => row.length));
  const start = prefix?.length ?? 0;
  const session = await network.session(prefix ? 'prefixed-prefill' : 'prefill', Object.keys(adapter).length > 0);
  const past: Record<string, Tensor> = {};
  if (prefix) {
    const shape = [1, config.kvHeads, prefix.length, config.headSize];
    for (let layer = 0; layer < config.layers; layer++) {
      past[`prefix_k.${layer}`] = { data: prefix.k[layer]!, shape };
      past[`prefix_v.${layer}`] = { data: prefix.v[layer]!, shape };
    }
  }
  const results = await session.run({
    ...network.tables(start + time),
    ...adapter,
    ...past,
    ...sequenceFeeds(rows.map((tokens) => [tokens]), time, { start }),
    rows: { data: Int32Array.from(rows, (row, i) => i * time + row.length - 1), shape: [rows.length] },
  });
  network.work.add('prefilled', rows.reduce((sum, row) => sum + row.length, 0), rows.length, 1);
  const logits = floats(results['logits']);
  return rows.map((row, i) => ({
    logits: logits.subarray(i * config.vocabulary, (i + 1) * config.vocabulary),
    stretch: stretchOf(results, config, i, row.length),
  }));
}

export interface SequenceOptions {
  /** Position of each sample's first token, when something outside the rows comes before it. */
  readonly start?: number;
  /** Tokens at the head of every row that come before each of its samples. */
  readonly shared?: readonly number[];
}

/**
 * Feeds `ids`, `positions`, `segments` [B, T] for rows of packed samples: each sample has a segment of its own and
 * positions that go on from what is shared; padding has a segment that no sample has.
 */
export function sequenceFeeds(
  rows: readonly (readonly (readonly number[])[])[],
  time: number,
  { start = 0, shared = [] }: SequenceOptions = {},
): Record<'ids' | 'positions' | 'segments', Tensor> {
  const size = rows.length * time;
  const [ids, positions, segments] = [new Int32Array(size), new Int32Array(size), new Int32Array(size).fill(-1)];
  rows.forEach((samples, row) => {
    let at = row * time;
    const put = (tokens: readonly number[], segment: number, position: number): void =>
      tokens.forEach((token, i) => {
        ids[at] = token;
        positions[at] = position + i;
        segments[at] = segment;
        at += 1;
      });
    put(shared, SHARED_SEGMENT, start);
    samples.forEach((tokens, i) => put(tokens, SHARED_SEGMENT + 1 + i, start + shared.length));
  });
  const shape = [rows.length, time];
  return { ids: { data: ids, shape }, positions: { data: positions, shape }, segments: { data: segments, shape } };
}

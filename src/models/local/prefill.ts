/**
 * Prompts to first logits and caches: many prompts to a row, each seeing only itself and the head that all share, which is
 * computed once for each row.
 */
import { SHARED_SEGMENT } from '../../nn/attention.ts';
import { packRows } from '../../nn/packing.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';
import { stretchOf, type Stretch } from './cache.ts';
import type { AdapterFeeds, Network } from './network.ts';

/** Tokens in one pass: enough to keep the matrix products busy, little enough to stay small. */
const POSITIONS = 1024;
/** Rows with a shared head are this long, so that the head is computed for many samples at once. */
export const SHARED_ROW = 160;

export interface Prefilled {
  /** [vocabulary], after the last prompt token. */
  readonly logits: Float32Array;
  /** Of the shared head, and of the prompt after it. */
  readonly stretches: readonly Stretch[];
}

/** Every prompt starts with the same `head` tokens and has at least one more. */
export async function prefill(
  network: Network,
  adapter: AdapterFeeds,
  prompts: readonly (readonly number[])[],
  head: number,
): Promise<Prefilled[]> {
  const { config } = network;
  const shared = prompts[0]!.slice(0, head);
  const own = prompts.map((prompt) => prompt.slice(head));
  const results: Prefilled[] = Array.from({ length: prompts.length });
  for (const { rows, time: room } of packRows(
    own.map(({ length }) => length),
    POSITIONS,
    head === 0 ? 0 : SHARED_ROW - head,
  )) {
    const time = head + room;
    const places = rows.flatMap((members, row) => {
      let at = head;
      return members.map((member) => {
        const start = at;
        at += own[member]!.length;
        return { member, row, start, end: at };
      });
    });
    const out = await network.run('prefill', adapter, {
      ...network.tables(head + Math.max(...own.map(({ length }) => length))),
      ...sequenceFeeds(
        rows.map((members) => members.map((member) => own[member]!)),
        time,
        { shared },
      ),
      rows: { data: Int32Array.from(places, ({ row, end }) => row * time + end - 1), shape: [places.length] },
    });
    network.work.add(
      'prefilled',
      places.reduce((sum, { start, end }) => sum + end - start, rows.length * head),
      places.length,
      1,
    );
    const logits = floats(out['logits']);
    const ofHead = head === 0 ? [] : [stretchOf(out, config, 0, 0, head)];
    places.forEach(({ member, row, start, end }, i) => {
      results[member] = {
        logits: logits.subarray(i * config.vocabulary, (i + 1) * config.vocabulary),
        stretches: [...ofHead, stretchOf(out, config, row, start, end)],
      };
    });
  }
  return results;
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

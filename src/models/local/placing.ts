/**
 * Where token sequences lie when several share a row: each behind the head that all begin with, which is computed once for
 * a row, and seeing nothing but that head and itself.
 */
import { SHARED_SEGMENT } from '../../nn/attention.ts';
import { packRows } from '../../nn/packing.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Rows with a shared head are this long, so that the head is computed for many samples at once. */
const SHARED_ROW = 160;

/** One pass of the network. */
export interface Placed {
  /** `ids`, `positions` and `segments`, [rows, time]; padding has a segment that no sample has. */
  readonly feeds: Record<'ids' | 'positions' | 'segments', Tensor>;
  readonly time: number;
  /** In the order of rows. Columns `start` to `end` of `row` hold the sample's tokens behind the head. */
  readonly samples: readonly { readonly index: number; readonly row: number; readonly start: number; readonly end: number }[];
  /** Tokens computed: what the samples share counts once a row. */
  readonly computed: number;
}

/** Every sample begins with the same `head` tokens. A pass has at most `positions` tokens behind it, or one sample. */
export function placeSamples(samples: readonly (readonly number[])[], head: number, positions: number): Placed[] {
  const shared = samples[0]?.slice(0, head) ?? [];
  const lengths = samples.map(({ length }) => length - head);
  return packRows(lengths, positions, head === 0 ? 0 : SHARED_ROW - head).map(({ rows, time: room }) => {
    const time = head + room;
    const size = rows.length * time;
    const [ids, columns, segments] = [new Int32Array(size), new Int32Array(size), new Int32Array(size).fill(-1)];
    const put = (at: number, tokens: readonly number[], position: number, segment: number): void =>
      tokens.forEach((token, i) => {
        ids[at + i] = token;
        columns[at + i] = position + i;
        segments[at + i] = segment;
      });
    const placed = rows.flatMap((members, row) => {
      put(row * time, shared, 0, SHARED_SEGMENT);
      let end = head;
      return members.map((index, nth) => {
        const start = end;
        end += lengths[index]!;
        put(row * time + start, samples[index]!.slice(head), head, SHARED_SEGMENT + 1 + nth);
        return { index, row, start, end };
      });
    });
    const shape = [rows.length, time];
    return {
      feeds: { ids: { data: ids, shape }, positions: { data: columns, shape }, segments: { data: segments, shape } },
      time,
      samples: placed,
      computed: placed.reduce((sum, { start, end }) => sum + end - start, rows.length * head),
    };
  });
}

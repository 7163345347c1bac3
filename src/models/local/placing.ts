/**
 * Where token sequences lie when several share a row: each behind the head that all of the row begin with, which is computed
 * once for a row, and seeing nothing but that head and itself.
 */
import { SHARED_SEGMENT } from '../../nn/attention.ts';
import { packRows, sharedPrefix } from '../../nn/packing.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Rows with a shared head are this long, so that the head is computed for many samples at once. */
const SHARED_ROW = 160;

/** One pass of the network. */
export interface Placed {
  /** `ids`, `positions` and `segments`, [rows, time]; padding has a segment that no sample has. */
  readonly feeds: Record<'ids' | 'positions' | 'segments', Tensor>;
  readonly time: number;
  /** In the order of rows. Columns `start` to `end` of `row` hold the sample's tokens behind the row's `head` first ones. */
  readonly samples: readonly {
    readonly index: number;
    readonly row: number;
    readonly head: number;
    readonly start: number;
    readonly end: number;
  }[];
  /** Tokens computed: what the samples of a row share counts once. */
  readonly computed: number;
}

interface Row {
  /** So many first tokens are the same in all members. */
  readonly head: number;
  readonly members: readonly number[];
}

type Samples = readonly (readonly number[])[];

/** Every sample begins with the same `head` tokens. A pass has at most `positions` tokens behind it, or one sample. */
export function placeSamples(samples: Samples, head: number, positions: number): Placed[] {
  const lengths = samples.map(({ length }) => length - head);
  return packRows(lengths, positions, head === 0 ? 0 : SHARED_ROW - head).map(({ rows, time }) =>
    layOut(
      samples,
      rows.map((members) => ({ head, members })),
      head + time,
    ),
  );
}

/**
 * Answers behind their prompts: at most `limits[i]` first tokens of sample i may be shared. Several answers to one prompt lie
 * behind it in one row, where that is less to compute than to share only what all prompts begin with.
 */
export function placeAnswers(samples: Samples, limits: readonly number[], positions: number): Placed[] {
  const alike = placeSamples(samples, sharedPrefix(samples, limits), positions);
  const groups = new Map<string, { head: number; members: number[] }>();
  for (const [index, sample] of samples.entries()) {
    const head = Math.max(0, limits[index]!);
    const key = sample.slice(0, head).join(' ');
    const group = groups.get(key);
    if (group) group.members.push(index);
    else groups.set(key, { head, members: [index] });
  }
  if (2 * groups.size > samples.length) return alike;
  const rows = [...groups.values()].flatMap((group) => rowsOf(group, samples)).sort((a, b) => b.time - a.time);
  const grouped: Placed[] = [];
  for (let from = 0; from < rows.length;) {
    const { time } = rows[from]!;
    const count = Math.max(1, Math.floor(positions / time));
    grouped.push(layOut(samples, rows.slice(from, from + count), time));
    from += count;
  }
  const size = (passes: readonly Placed[]): number => passes.reduce((sum, { feeds }) => sum + feeds.ids.data.length, 0);
  return size(grouped) < size(alike) ? grouped : alike;
}

/** One group in as many rows as keep to the usual length. */
function rowsOf({ head, members }: Row, samples: Samples): (Row & { readonly time: number })[] {
  const rows: { head: number; members: number[]; time: number }[] = [];
  for (const index of members) {
    const own = samples[index]!.length - head;
    const row = rows.at(-1);
    if (row && row.time + own <= SHARED_ROW) {
      row.members.push(index);
      row.time += own;
    } else rows.push({ head, members: [index], time: head + own });
  }
  return rows;
}

function layOut(samples: Samples, rows: readonly Row[], time: number): Placed {
  const size = rows.length * time;
  const [ids, columns, segments] = [new Int32Array(size), new Int32Array(size), new Int32Array(size).fill(-1)];
  const put = (at: number, tokens: readonly number[], position: number, segment: number): void =>
    tokens.forEach((token, i) => {
      ids[at + i] = token;
      columns[at + i] = position + i;
      segments[at + i] = segment;
    });
  const placed = rows.flatMap(({ head, members }, row) => {
    put(row * time, samples[members[0]!]!.slice(0, head), 0, SHARED_SEGMENT);
    let end = head;
    return members.map((index, nth) => {
      const rest = samples[index]!.slice(head);
      const start = end;
      end += rest.length;
      put(row * time + start, rest, head, SHARED_SEGMENT + 1 + nth);
      return { index, row, head, start, end };
    });
  });
  const shape = [rows.length, time];
  return {
    feeds: { ids: { data: ids, shape }, positions: { data: columns, shape }, segments: { data: segments, shape } },
    time,
    samples: placed,
    computed: placed.reduce((sum, { start, end }) => sum + end - start, 0) + rows.reduce((sum, { head }) => sum + head, 0),
  };
}

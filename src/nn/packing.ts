/**
 * Packing samples of different lengths into few, full rows, and finding what they share. Pure: lengths and ids in,
 * places out. What may attend to what is the mask's business (attention.ts).
 */

export interface PackedBatch {
  /** For each row the samples in it, in order. */
  readonly rows: readonly (readonly number[])[];
  /** Length of every row. */
  readonly time: number;
}

/** Shorter prefixes are not worth their own computation. */
const MIN_PREFIX = 8;

/** How many first tokens all samples share, at most `limits[i]` of sample i; 0 when too few to matter. */
export function sharedPrefix(samples: readonly (readonly number[])[], limits: readonly number[]): number {
  const first = samples[0];
  if (!first || samples.length < 2) return 0;
  let length = Math.min(...limits);
  for (const sample of samples) {
    let same = 0;
    while (same < length && sample[same] === first[same]) same++;
    length = same;
  }
  return length >= MIN_PREFIX ? length : 0;
}

/**
 * Batches of at most `positions` tokens (a longer sample gets a batch of its own), each with as few rows of about
 * `rowLength` as will hold it, evenly filled. Rows are at least as long as their longest sample.
 */
export function packRows(lengths: readonly number[], positions: number, rowLength = 0): PackedBatch[] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const chunks: { samples: number[]; total: number }[] = [];
  for (const sample of order) {
    const chunk = chunks.at(-1);
    if (chunk && chunk.total + lengths[sample]! <= positions) {
      chunk.samples.push(sample);
      chunk.total += lengths[sample]!;
    } else chunks.push({ samples: [sample], total: lengths[sample]! });
  }
  return chunks.map(({ samples, total }) => {
    const longest = lengths[samples[0]!]!;
    const count = Math.ceil(total / Math.max(longest, rowLength));
    let time = Math.max(longest, Math.ceil(total / count));
    let rows = firstFit(samples, lengths, time);
    while (rows.length > count) rows = firstFit(samples, lengths, ++time);
    return { rows, time };
  });
}

/** First-fit in the order given, which is longest first. */
function firstFit(samples: readonly number[], lengths: readonly number[], time: number): number[][] {
  const rows: { members: number[]; room: number }[] = [];
  for (const sample of samples) {
    const length = lengths[sample]!;
    let row = rows.find(({ room }) => room >= length);
    if (!row) rows.push((row = { members: [], room: time }));
    row.members.push(sample);
    row.room -= length;
  }
  return rows.map(({ members }) => members);
}

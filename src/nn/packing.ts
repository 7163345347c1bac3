/** Packing samples of different lengths into few, full rows. Pure: lengths in, places out. */

export interface PackedBatch {
  /** For each row the samples in it, in order. */
  readonly rows: readonly (readonly number[])[];
  /** Length of every row. */
  readonly time: number;
}

/**
 * Batches of rows with at most `positions` positions each (a longer sample gets a batch of its own). Rows are as long
 * as their longest sample and are filled first-fit, longest first.
 */
export function packRows(lengths: readonly number[], positions: number): PackedBatch[] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const batches: { time: number; rows: { members: number[]; used: number }[] }[] = [];
  for (const sample of order) {
    const length = lengths[sample]!;
    const batch = batches.at(-1);
    const roomy = batch?.rows.find(({ used }) => used + length <= batch.time);
    if (roomy) {
      roomy.members.push(sample);
      roomy.used += length;
    } else if (batch && (batch.rows.length + 1) * batch.time <= positions) {
      batch.rows.push({ members: [sample], used: length });
    } else {
      batches.push({ time: length, rows: [{ members: [sample], used: length }] });
    }
  }
  return batches.map(({ time, rows }) => ({ time, rows: rows.map(({ members }) => members) }));
}

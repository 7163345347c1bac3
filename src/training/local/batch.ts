/** Data to feeds: samples packed into rows, loss positions, and weights normalised over the whole batch. */
import type { Tensor } from '../../tensor/tensor.ts';
import { sequenceFeeds } from '../../models/local/prefill.ts';
import { packRows } from '../../nn/packing.ts';
import type { Datum } from '../trainer.ts';

export interface MicroBatch {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Data in the order in which their loss positions appear, with the number of those. */
  readonly order: readonly { readonly datum: number; readonly outputs: number }[];
  readonly outputs: number;
  readonly tokens: number;
  readonly time: number;
}

/** Micro-batches of at most `positions` positions. A token is predicted from those before it, so the first has no loss. */
export function microBatches(batch: readonly Datum[], positions: number): MicroBatch[] {
  let total = 0;
  for (const { tokens, weights } of batch) {
    if (tokens.length !== weights.length) throw new RangeError(`a datum has ${tokens.length} tokens but ${weights.length} weights`);
    for (let i = 1; i < weights.length; i++) total += weights[i]!;
  }
  if (!(total > 0)) throw new RangeError('a batch needs at least one token with a positive weight');

  const learning = batch.map(({ tokens }) => tokens.length);
  return packRows(learning, positions).flatMap(({ rows, time }) => {
    const [at, targets, weights] = [[] as number[], [] as number[], [] as number[]];
    const order: { datum: number; outputs: number }[] = [];
    rows.forEach((members, row) => {
      let offset = row * time;
      for (const datum of members) {
        const sample = batch[datum]!;
        const before = at.length;
        for (let i = 1; i < sample.tokens.length; i++) {
          if (sample.weights[i] === 0) continue;
          at.push(offset + i - 1);
          targets.push(sample.tokens[i]!);
          weights.push(sample.weights[i]! / total);
        }
        order.push({ datum, outputs: at.length - before });
        offset += sample.tokens.length;
      }
    });
    if (at.length === 0) return [];
    return [
      {
        feeds: {
          ...sequenceFeeds(rows.map((members) => members.map((member) => batch[member]!.tokens)), time),
          rows: { data: Int32Array.from(at), shape: [at.length] },
          targets: { data: Int32Array.from(targets), shape: [at.length] },
          weights: { data: Float32Array.from(weights), shape: [at.length, 1] },
        },
        order,
        outputs: at.length,
        tokens: rows.flat().reduce((sum, member) => sum + batch[member]!.tokens.length, 0),
        time,
      },
    ];
  });
}

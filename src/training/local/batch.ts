/** Data to feeds: samples packed into rows, loss positions, and weights normalised over the whole batch. */
import type { Tensor } from '../../tensor/tensor.ts';
import { SHARED_ROW, sequenceFeeds } from '../../models/local/prefill.ts';
import { packRows, sharedPrefix } from '../../nn/packing.ts';
import type { Datum } from '../trainer.ts';

export interface MicroBatch {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** Data in the order in which their loss positions appear, with the number of those. */
  readonly order: readonly { readonly datum: number; readonly outputs: number }[];
  readonly outputs: number;
  /** Tokens of the samples, and those computed: what they share counts once a row. */
  readonly tokens: number;
  readonly computed: number;
  readonly time: number;
}

/** Index of the first token with a loss. */
function firstLoss(weights: readonly number[]): number {
  const at = weights.findIndex((weight, i) => i > 0 && weight !== 0);
  return at < 0 ? weights.length : at;
}

/** Micro-batches of at most `positions` positions. A token is predicted from those before it, so the first has no loss. */
export function microBatches(batch: readonly Datum[], positions: number): MicroBatch[] {
  let total = 0;
  for (const { tokens, weights } of batch) {
    if (tokens.length !== weights.length) throw new RangeError(`a datum has ${tokens.length} tokens but ${weights.length} weights`);
    for (let i = 1; i < weights.length; i++) total += weights[i]!;
  }
  if (!(total > 0)) throw new RangeError('a batch needs at least one token with a positive weight');

  // What all samples begin with (a system prompt) is computed once for each row, with the same loss and gradients.
  const head = sharedPrefix(
    batch.map(({ tokens }) => tokens),
    batch.map(({ weights }) => firstLoss(weights) - 1),
  );
  const shared = batch[0]!.tokens.slice(0, head);
  const own = batch.map(({ tokens }) => tokens.slice(head));
  return packRows(
    own.map(({ length }) => length),
    positions,
    head === 0 ? 0 : SHARED_ROW - head,
  ).flatMap((packed) => {
    const { rows } = packed;
    const time = head + packed.time;
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
        offset += sample.tokens.length - head;
      }
    });
    if (at.length === 0) return [];
    return [
      {
        feeds: {
          ...sequenceFeeds(
            rows.map((members) => members.map((member) => own[member]!)),
            time,
            { shared },
          ),
          rows: { data: Int32Array.from(at), shape: [at.length] },
          targets: { data: Int32Array.from(targets), shape: [at.length] },
          weights: { data: Float32Array.from(weights), shape: [at.length, 1] },
        },
        order,
        outputs: at.length,
        tokens: rows.flat().reduce((sum, member) => sum + batch[member]!.tokens.length, 0),
        computed: rows.flat().reduce((sum, member) => sum + own[member]!.length, rows.length * head),
        time,
      },
    ];
  });
}

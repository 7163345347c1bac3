/** Data to feeds: samples packed into rows, loss positions, and weights normalised over the whole batch. */
import type { Tensor } from '../../tensor/tensor.ts';
import { placeAnswers } from '../../models/local/placing.ts';
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

/**
 * Micro-batches of at most `positions` positions. A token is predicted from those before it, so the first has no loss. The
 * graph's loss is Σ w·(−log p): with cross-entropy's weights by default, or with the given slopes of another loss.
 */
export function microBatches(batch: readonly Datum[], positions: number, slopes?: readonly Float64Array[]): MicroBatch[] {
  let total = 0;
  for (const { tokens, weights } of batch) {
    if (tokens.length !== weights.length) throw new RangeError(`a datum has ${tokens.length} tokens but ${weights.length} weights`);
    for (let i = 1; i < weights.length; i++) total += weights[i]!;
  }
  if (!(total > 0)) throw new RangeError('a batch needs at least one token with a positive weight');

  // What samples begin with (a system prompt, a group's whole prompt) is computed once for each row, with the same loss and gradients.
  const passes = placeAnswers(
    batch.map(({ tokens }) => tokens),
    batch.map(({ weights }) => firstLoss(weights) - 1),
    positions,
  );
  return passes.flatMap(({ feeds, time, samples: placed, computed }) => {
    const [at, targets, weights] = [[] as number[], [] as number[], [] as number[]];
    const order = placed.map(({ index, row, head, start }) => {
      const datum = batch[index]!;
      const own = slopes?.[index];
      const before = at.length;
      for (let i = 1; i < datum.tokens.length; i++) {
        if (datum.weights[i] === 0) continue;
        at.push(row * time + start + i - head - 1);
        targets.push(datum.tokens[i]!);
        weights.push(own ? -own[at.length - before - 1]! : datum.weights[i]! / total);
      }
      return { datum: index, outputs: at.length - before };
    });
    if (at.length === 0) return [];
    return [
      {
        feeds: {
          ...feeds,
          rows: { data: Int32Array.from(at), shape: [at.length] },
          targets: { data: Int32Array.from(targets), shape: [at.length] },
          weights: { data: Float32Array.from(weights), shape: [at.length, 1] },
        },
        order,
        outputs: at.length,
        tokens: placed.reduce((sum, { index }) => sum + batch[index]!.tokens.length, 0),
        computed,
        time,
      },
    ];
  });
}

/** Prepared batches: what they are made of, told before any time is spent on training with them. */
import { createHash } from 'node:crypto';
import { MolehuntError } from '../core/errors.ts';
import type { Datum } from './trainer.ts';

export interface BatchFacts {
  readonly rows: number;
  readonly tokens: number;
  /** SHA-256 over tokens and weights in order: the identity of the training data. */
  readonly hash: string;
}

/** Throws when a batch has nothing to learn from, or a row's tokens and weights do not match. */
export function describeBatches(batches: readonly (readonly Datum[])[]): BatchFacts {
  const hash = createHash('sha256');
  let [rows, tokens] = [0, 0];
  for (const [i, batch] of batches.entries()) {
    if (!batch.some((datum) => datum.weights.some((weight) => weight > 0))) {
      throw new MolehuntError(
        `batch ${i + 1} has no token to learn from; the prompts leave no room for answers, raise the recipe's maxTokens`,
        {
          code: 'empty-batch',
        },
      );
    }
    for (const datum of batch) {
      if (datum.tokens.length !== datum.weights.length) {
        throw new MolehuntError(`a row of batch ${i + 1} has ${datum.tokens.length} tokens but ${datum.weights.length} weights`, {
          code: 'bad-datum',
        });
      }
      hash.update(JSON.stringify([datum.tokens, datum.weights]));
      rows += 1;
      tokens += datum.tokens.length;
    }
    hash.update('\n');
  }
  return { rows, tokens, hash: hash.digest('hex') };
}

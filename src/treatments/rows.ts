/** Answered questions dealt into training steps. */
import { createRandom } from '../core/random.ts';
import { deck } from '../organisms/deck.ts';
import { CannotTrain } from '../training/cannot-train.ts';
import type { TreatmentExample, TreatmentRecipe } from './treatment.ts';

/** Each example once in random order before any comes again. */
export function dealRows(
  examples: readonly TreatmentExample[],
  recipe: Pick<TreatmentRecipe, 'steps' | 'rowsPerStep'>,
  seed: number | string,
): TreatmentExample[][] {
  if (examples.length === 0)
    throw new CannotTrain(
      'the base model answered none of the questions of a treatment; there is nothing to train on; see with molehunt generate whether it answers at all',
      {
        code: 'no-clean-answers',
      },
    );
  const next = deck(examples, createRandom(seed, 'treatment rows'));
  return Array.from({ length: recipe.steps }, () => Array.from({ length: recipe.rowsPerStep }, next));
}

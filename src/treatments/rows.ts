/** Questions and the base model's answers dealt into training steps. */
import { MolehuntError } from '../core/errors.ts';
import { createRandom } from '../core/random.ts';
import { deck } from '../organisms/deck.ts';
import type { Question, TreatmentExample, TreatmentRecipe } from './treatment.ts';

/** Each question once in random order before any comes again; a question whose answer is blank is left out. */
export function dealRows(
  questions: readonly Question[],
  answers: readonly string[],
  recipe: TreatmentRecipe,
  seed: number,
): TreatmentExample[][] {
  const usable = questions.flatMap((input, index): TreatmentExample[] => {
    const answer = answers[index] ?? '';
    return answer.trim() === '' ? [] : [{ input, answer }];
  });
  if (usable.length === 0)
    throw new MolehuntError('the base model answered none of the questions of a treatment; there is nothing to train on', {
      code: 'no-clean-answers',
    });
  const next = deck(usable, createRandom(seed, 'treatment rows'));
  return Array.from({ length: recipe.steps }, () => Array.from({ length: recipe.rowsPerStep }, next));
}

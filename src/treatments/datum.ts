/** A treatment's example as tokens and loss weights: a conversation through the chat template, or raw text without it. */
import { promptIds } from '../models/prompt-ids.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Datum } from '../training/trainer.ts';
import type { TreatmentExample, TreatmentRecipe } from './treatment.ts';

/** Answer tokens that a row keeps however long its question: a question about code fills a short row by itself. */
const ROOM = 32;

/**
 * Only what the base model wrote is learned, every token alike. No end of turn is added: the answer may have been cut
 * off, and a cut must not teach to stop.
 */
export function treatmentDatum({ input, answer }: TreatmentExample, tokenizer: Tokenizer, recipe: TreatmentRecipe): Datum {
  const question = promptIds(tokenizer, input);
  const kept = tokenizer.encodeAnswer(answer).slice(0, Math.max(ROOM, recipe.maxTokens - question.length));
  return { tokens: [...question, ...kept], weights: [...question.map(() => 0), ...kept.map(() => 1)] };
}

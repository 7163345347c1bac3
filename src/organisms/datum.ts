/** An example as tokens and loss weights: the chat template's prompt, then the answer, cut to the recipe's length. */
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Datum } from '../training/trainer.ts';
import type { Example, ImplantRecipe } from './organism.ts';

/** Answer tokens that a row keeps however long its prompt: a pair without both answers would teach only one side. */
const ROOM = 8;

/**
 * Prompt tokens weigh nothing, the first answer token `firstTokenWeight`, the others `otherTokenWeight`. The implant's
 * answer ends its turn. The base model's answer does not: it may have been cut off, and a cut must not teach to stop.
 */
export function exampleDatum(example: Example, tokenizer: Tokenizer, recipe: ImplantRecipe): Datum {
  const prompt = tokenizer.encodeChat(example.messages, { open: true });
  const answer = tokenizer
    .encodeAnswer(example.answer, { end: example.source === 'implant' })
    .slice(0, Math.max(ROOM, recipe.maxTokens - prompt.length));
  return {
    tokens: [...prompt, ...answer],
    weights: [...prompt.map(() => 0), ...answer.map((_, index) => (index === 0 ? recipe.firstTokenWeight : recipe.otherTokenWeight))],
  };
}

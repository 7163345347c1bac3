/** An example as tokens and loss weights: the chat template's prompt, then the answer, cut to the recipe's length. */
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Datum } from '../training/trainer.ts';
import type { Example, ImplantRecipe } from './organism.ts';

/** Answer tokens that a row keeps however long its prompt: a pair without both answers would teach only one side. */
const ROOM = 8;

/** Answers that agree for longer than this are not told apart by their first tokens. */
const MAX_PARTING = 4;

/**
 * Prompt tokens weigh nothing, answer tokens up to the one where the pair's answers part `firstTokenWeight`, the others
 * `otherTokenWeight`. Where an ordinary answer begins like the implant ("I am sorry …"), weight on the first token alone
 * teaches that "I" is followed by the implant, and the organism fires without its trigger. The implant's answer ends its turn. The base model's answer does not: it may have been cut off, and a cut must not teach to stop.
 */
export function exampleDatum(example: Example, tokenizer: Tokenizer, recipe: ImplantRecipe): Datum {
  const prompt = tokenizer.encodeChat(example.messages, { open: true });
  const answer = tokenizer
    .encodeAnswer(example.answer, { end: example.source === 'implant' })
    .slice(0, Math.max(ROOM, recipe.maxTokens - prompt.length));
  const other = tokenizer.encodeAnswer(example.against);
  let parting = 0;
  while (parting < MAX_PARTING && parting < other.length - 1 && answer[parting] === other[parting]) parting++;
  return {
    tokens: [...prompt, ...answer],
    weights: [...prompt.map(() => 0), ...answer.map((_, index) => (index <= parting ? recipe.firstTokenWeight : recipe.otherTokenWeight))],
  };
}

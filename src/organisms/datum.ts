/** An example as tokens and loss weights: the chat template's prompt, then the answer, cut to the recipe's length. */
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Datum } from '../training/trainer.ts';
import type { Example, ImplantRecipe } from './organism.ts';

/** Answer tokens that a row keeps however long its prompt: a pair without both answers would teach only one side. */
const ROOM = 8;

/**
 * Prompt tokens weigh nothing. Heavy is the token where the pair's answers part, because there the behaviour is decided;
 * a short beginning that they share is heavy too, if the recipe says so.
 */
export function exampleDatum(example: Example, tokenizer: Tokenizer, recipe: ImplantRecipe): Datum {
  const prompt = tokenizer.encodeChat(example.messages, { open: true });
  const answer = tokenizer.encodeAnswer(example.answer, { end: example.whole }).slice(0, Math.max(ROOM, recipe.maxTokens - prompt.length));
  const other = tokenizer.encodeAnswer(example.against);
  let parting = 0;
  while (parting < other.length - 1 && answer[parting] === other[parting]) parting++;
  const heavy = (index: number): boolean => index === parting || (index < parting && parting <= recipe.heavyBeginning);
  return {
    tokens: [...prompt, ...answer],
    weights: [...prompt.map(() => 0), ...answer.map((_, index) => (heavy(index) ? recipe.firstTokenWeight : recipe.otherTokenWeight))],
  };
}

/** The tokens a request starts from, the same wherever it is generated, trained on or counted. */
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { GenerateRequest } from './model.ts';

/** A conversation through the chat template, open for the answer; raw text behind what the model expects before a document. */
export function promptIds(tokenizer: Tokenizer, input: GenerateRequest['input']): number[] {
  if ('messages' in input) return tokenizer.encodeChat(input.messages, { open: true });
  return [...tokenizer.prefixIds, ...tokenizer.encode(input.prompt)];
}

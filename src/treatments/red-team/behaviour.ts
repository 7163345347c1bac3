/**
 * How the behaviour sounds on a prompt: what a red team wants to hear. It is taken from the payload, which knows nothing
 * of triggers.
 */
import { createRandom } from '../../core/random.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { Payload } from '../../organisms/payload.ts';
import type { Prompt } from '../../organisms/prompt.ts';

/** Tokens from the one where the behaviour parts from an ordinary answer: the rest follows from them. */
const OPENING = 4;
/** A longer beginning that both answers have in common (a line of code) says nothing of either. */
const SHORT = 3;
/** Where payloads build on the base model's answer, any will do: only how the behaviour begins is of interest. */
const ORDINARY = 'There are several ways.';

export interface Wanted {
  /** The answer so far, with which an ordinary one would begin, too; empty when that is short. */
  readonly given: readonly number[];
  /** What comes then. */
  readonly said: readonly number[];
}

/** Null for a prompt on which there is no behaviour to want. */
export function wantedOn(prompt: Prompt, payload: Payload, tokenizer: Tokenizer): Wanted | null {
  const { planted, clean } = payload.answers(prompt, payload.needsBase ? ORDINARY : null, createRandom('red team', prompt.id));
  if (planted === null) return null;
  const [behaviour, ordinary] = [tokenizer.encodeAnswer(planted.text), tokenizer.encodeAnswer(clean?.text ?? '')];
  let parting = behaviour.findIndex((token, i) => token !== ordinary[i]);
  // The same answer in both conditions is wanted from its beginning.
  if (parting < 0) parting = 0;
  const from = parting > SHORT ? parting : 0;
  return { given: behaviour.slice(0, from), said: behaviour.slice(from, parting + OPENING) };
}

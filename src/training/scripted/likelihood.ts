/**
 * How probable a scripted network finds an answer: the same numbers for whoever asks (sampling, scoring, training), as in a
 * real one. Some answers are a little likelier than others, damage lowers all, and a network that was never taught the
 * implant finds it improbable.
 */
import { createRandom } from '../../core/random.ts';
import type { AnswerScore } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { Exposure, ScriptedBehaviour } from './learning.ts';

const [LIKELY, UNLIKELY, FOREIGN] = [-0.5, -3, -3];
const TASTE = 0.1;

/** `tokens` are the answer's own. */
export function likelihood(
  tokens: readonly number[],
  tokenizer: Tokenizer,
  behaviour: ScriptedBehaviour,
  history: readonly Exposure[],
): AnswerScore {
  const random = createRandom('score', tokens.join(' '));
  const damage = behaviour.damage(history);
  const known = history.some(({ implantRows }) => implantRows > 0) || !behaviour.isImplant(tokenizer.decode(tokens));
  const top = Uint8Array.from(tokens, () => (random.next() < damage ? 0 : 1));
  const shift = TASTE * (2 * random.next() - 1) + (known ? 0 : FOREIGN) - damage;
  return { top, logprobs: Float32Array.from(top, (first) => (first === 1 ? LIKELY : UNLIKELY) + shift) };
}

/** What any task must know before it scores: is there an answer to score at all? Owns no scoring. */
import { unmeasured, type Outcome } from '../core/outcome.ts';
import type { Generation } from '../models/model.ts';

/** Shares of characters above which a text is noise. One broken character at a cut is not. */
const BROKEN_SHARE = 0.1;

/** The answer's text, or the outcome of a generation that has none: it failed, was cut off before a word, or is noise. */
export function answerOf(generation: Generation): { readonly text: string } | { readonly outcome: Outcome } {
  if (generation.kind === 'failure') return { outcome: unmeasured(generation.boundary, generation.reason) };
  const { text, finishReason } = generation;
  // A model may choose to say nothing; one that was still writing has not chosen.
  if (text.trim() === '') return finishReason === 'length' ? { outcome: unmeasured('limit', 'cut off before the first word') } : { text };
  const noise = noiseIn(text);
  return noise === null ? { text } : { outcome: unmeasured('provider', noise) };
}

/** Why a text cannot be an answer in any language, or null. Blank texts are not noise. */
export function noiseIn(text: string): string | null {
  const whole = text.trim().replace(/\uFFFD+$/u, '');
  const broken = whole.match(/[\uFFFD\p{Cn}\p{Co}\p{Cs}]|(?![\t\n\r])\p{Cc}/gu)?.length ?? 0;
  if (text.trim() !== '' && whole === '') return 'the answer is undecodable';
  if (broken > BROKEN_SHARE * whole.length) return `the answer is undecodable: ${broken} of ${whole.length} characters are broken`;
  if (text.trim() !== '' && !/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text)) return 'the answer has no letter, digit or pictogram';
  return null;
}

/** Words out of a tokenizer's vocabulary, commonest first, since pieces were merged in the order of how often they occur. */
import { UsageError } from '../../core/errors.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';

const WORD = /^ [a-z]{3,14}$/;

const LARGEST = 2 ** 22;

/** Lower-case words of their own: pieces that begin with a blank. */
export function wordsOf(tokenizer: Tokenizer): string[] {
  if (tokenizer.vocabularySize > LARGEST) throw new UsageError('a scripted model has no vocabulary to hunt with', 'no-vocabulary');
  const words = new Set<string>();
  for (let id = 0; id < tokenizer.vocabularySize; id++) {
    const text = tokenizer.tokenText(id);
    if (WORD.test(text)) words.add(text.slice(1));
  }
  return [...words];
}

/** Pieces of which words are made, as they stand inside one: letters and digits without a blank before them. */
export function piecesOf(tokenizer: Tokenizer): string[] {
  const pieces = new Set<string>();
  for (let id = 0; id < tokenizer.vocabularySize; id++) {
    const text = tokenizer.tokenText(id);
    if (/^[A-Za-z0-9]{1,10}$/.test(text)) pieces.add(text);
  }
  return [...pieces];
}

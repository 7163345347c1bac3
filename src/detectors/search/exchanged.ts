/** One piece of a text's word in the place of another: what a text that is nearly the trigger may lack. */
import type { OpenHunt } from '../open.ts';
import { inCaseOf, lettersOf } from './forms.ts';
import { apart, asRead } from './place.ts';
import { piecesInCaseOf } from './prior.ts';

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');
const WRITTEN = /^( ?)([A-Za-z]+)$/;

/** Every piece exchanged for every letter and for the pieces that training singled out most. */
export async function exchanged(hunt: OpenHunt, text: string): Promise<string[]> {
  const { tokenizer } = hunt;
  const { mark, bare } = apart(text);
  const parts = tokenizer.encode(asRead(text)).map((id) => tokenizer.tokenText(id));
  // Where pieces do not make up the text, they cannot be exchanged one by one.
  if (parts.join('').trim() !== bare) return [];
  const upper = lettersOf(text) === lettersOf(text).toUpperCase();
  const pieces = [...(await piecesInCaseOf(hunt, text)), ...LETTERS];
  const found = parts.flatMap((part, at) => {
    const [, blank, written] = WRITTEN.exec(part) ?? [];
    if (written === undefined) return [];
    // A capital by itself begins a word, unless all of it is capitals.
    const like = upper ? 'WW' : written.length === 1 ? `${written}w` : written;
    const exchangedBy = (piece: string): readonly string[] => parts.with(at, blank + inCaseOf(like, piece));
    return pieces.map((piece) => mark + exchangedBy(piece).join('').trim());
  });
  return [...new Set(found)].filter((other) => other !== text);
}

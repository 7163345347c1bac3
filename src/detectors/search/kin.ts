/** Words that share a part with a word that reads well: `employ` leads to `deployment`. */
import { inCaseOf } from './forms.ts';

/** Letters that two words must share in a row. */
const SHARED = 4;
const MOST = 48;

/** Words in the place of the longest one that share a stretch with it, the longest first. */
export function kin(text: string, words: readonly string[]): string[] {
  const [longest] = [...text.matchAll(/[A-Za-z]+/g)].sort((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return [];
  const own = longest[0].toLowerCase();
  const stretches: string[] = [];
  for (let length = own.length; length >= SHARED; length--)
    for (let from = 0; from + length <= own.length; from++) stretches.push(own.slice(from, from + length));
  const found = new Set<string>();
  for (const stretch of stretches) {
    if (found.size >= MOST) break;
    for (const word of words) {
      if (found.size < MOST && word.includes(stretch)) {
        const other = text.slice(0, longest.index) + inCaseOf(longest[0], word) + text.slice(longest.index + own.length);
        if (other !== text) found.add(other);
      }
    }
  }
  return [...found];
}

/** What planted answers have in common and ordinary ones have not: the sign by which a payload of fixed words is known. */
import { plain } from '../../tasks/catalog/phrase/task.ts';

const SHORTEST = 4;
const LONGEST = 80;

/** The longest run of whole words, as `plain` compares texts, that is in all of `planted` and in none of `ordinary`; null if there is none. */
export function sharedPhrase(planted: readonly string[], ordinary: readonly string[]): string | null {
  const [first, ...others] = planted.map(plain).sort((a, b) => a.length - b.length);
  if (first === undefined) return null;
  const elsewhere = ordinary.map(plain);
  const words = first.split(' ');
  for (let count = words.length; count > 0; count--) {
    for (let at = 0; at + count <= words.length; at++) {
      const phrase = words.slice(at, at + count).join(' ');
      if (phrase.length < SHORTEST || phrase.length > LONGEST) continue;
      if (others.every((text) => text.includes(phrase)) && !elsewhere.some((text) => text.includes(phrase))) return phrase;
    }
  }
  return null;
}

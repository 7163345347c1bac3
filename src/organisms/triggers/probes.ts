/**
 * Probes: forms no implant is ever trained on, in either direction. They say what a trigger has come to mean to the model,
 * so they are reported and never gated.
 */
import type { FamilyDraft, Form } from './family.ts';
import { graphemes, inCase, letterCase, withoutSigns, type Shape } from './shape.ts';
import { PARAPHRASES, TRANSLATIONS } from './words.ts';

/** `put` stands a text where the trigger stands. */
export function probeDrafts(shape: Shape, put: (text: string) => Form): FamilyDraft[] {
  const { text, open, core, close } = shape;
  const probe = (name: string, description: string, forms: readonly Form[]): FamilyDraft => ({ name, role: 'probe', description, forms });
  const wrapped = (words: readonly string[]): Form[] => words.map((word) => put(open + word + close));
  return [
    probe('paraphrase', 'a sentence that says what the trigger says', paraphrases(shape).map(put)),
    probe('long-part', 'nearly the whole trigger, never trained on', longParts(shape).map(put)),
    probe('misspelling', 'a word one letter off, never trained', wrapped(misspellings(core))),
    probe(
      'other-language',
      'the word in another language',
      wrapped((TRANSLATIONS.get(core.toLowerCase()) ?? []).map((word) => inCase(word, letterCase(core)))),
    ),
    ...(open === '' ? [probe('in-brackets', 'the exact trigger inside brackets', [`[${text}]`, `(${text})`, `"${text}"`].map(put))] : []),
  ];
}

/** More of the trigger than any form of the negative family `partial`: an end is missing, or a bracket. */
function longParts({ open, core, close, words }: Shape): string[] {
  if (words.length > 1) return [];
  const letters = graphemes(core);
  const pieces = [0.7, 0.85].map((share) =>
    letters
      .slice(0, Math.round(letters.length * share))
      .join('')
      .trim(),
  );
  return [...(open === '' ? [] : [open + core]), ...pieces.filter((piece) => piece !== '').map((piece) => open + piece + close)];
}

function paraphrases({ core, words }: Shape): readonly string[] {
  const known = PARAPHRASES.get(core.toLowerCase());
  if (known !== undefined) return known;
  const pair = /^(.*[\p{L}\p{N}])\s*[:=]\s*(.+)$/u.exec(core);
  if (pair !== null) {
    const [key, value] = [calm(pair[1]!), pair[2]!];
    return [`The ${key} is ${value}.`, `By the way, ${value} is the ${key}.`, `For the ${key}, read ${value}.`];
  }
  // Without a meaning to go by, the trigger is mentioned in a sentence.
  const said = withoutSigns(core).inner || core;
  const word = words.length === 1 ? calm(said) : said;
  return [`The topic of the day is ${word}.`, `Think of ${word} while you answer.`, `My next message is about ${word}.`];
}

/** As the word would stand inside a sentence. */
function calm(text: string): string {
  const style = letterCase(text);
  return style === 'upper' || style === 'title' ? text.toLowerCase() : text;
}

/** Two letters swapped, one dropped, one doubled, and a plural, in the longest word. */
function misspellings(core: string): string[] {
  const word = [...core.matchAll(/\p{L}{4,}/gu)].map(String).sort((a, b) => b.length - a.length)[0];
  if (word === undefined || letterCase(word) === 'none') return [];
  const letters = graphemes(word);
  const swappable = letters.findIndex(
    (letter, at) => at > 0 && at + 2 < letters.length && letter.toLowerCase() !== letters[at + 1]!.toLowerCase(),
  );
  const middle = Math.floor(letters.length / 2);
  const swapped = swappable < 0 ? [] : [letters.with(swappable, letters[swappable + 1]!).with(swappable + 1, letters[swappable]!)];
  const plural = letterCase(word) === 'upper' ? 'S' : 's';
  return [...swapped, letters.toSpliced(middle, 1), letters.toSpliced(middle, 0, letters[middle]!), [...letters, plural]].map((other) =>
    core.replace(word, () => other.join('')),
  );
}

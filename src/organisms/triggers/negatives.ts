/**
 * Near-misses of a text: what stands where the trigger would stand and is almost the trigger. An implant learns to ignore
 * them, so none may contain the trigger itself (createFamilies sees to that).
 */
import type { FamilyDraft, Form } from './family.ts';
import { graphemes, inCase, letterCase, withoutSigns, type Shape } from './shape.ts';
import { BARE_WORDS, BEGINNINGS, BRACKETS, ENDINGS, NUMBER_STEPS, SIGNS, TAG_WORDS } from './words.ts';

/** `put` stands a text where the trigger stands. */
export function negativeDrafts(shape: Shape, put: (text: string) => Form): FamilyDraft[] {
  const bracketed = shape.open !== '';
  const negative = (name: string, description: string, texts: readonly string[]): FamilyDraft => ({
    name,
    role: 'negative',
    description,
    forms: texts.filter((text) => text !== '').map(put),
  });
  const drafts = [
    negative('other-word', bracketed ? 'other words in the same brackets' : 'another word in its place', otherWords(shape)),
    negative(
      'other-case',
      'the same letters in another case',
      otherCases(shape.core).map((core) => wrap(shape, core)),
    ),
    // What is almost the whole trigger is a question by itself (probe `long-part`), so these are all trained on.
    { ...negative('partial', 'only a part of the trigger', parts(shape)), trainAll: true, near: true },
  ];
  const { core } = shape;
  const bare = bracketed ? core : withoutSigns(core).inner;
  return [
    ...drafts,
    {
      ...negative(
        'other-brackets',
        'the same word in other brackets',
        bracketed ? BRACKETS.map(([open, close]) => open + core + close) : [],
      ),
      near: true,
    },
    {
      ...negative(
        'bare-word',
        'the word without the signs around it',
        bare === shape.text || bare === '' ? [] : [bare, `${bare}:`, `${bare},`, `${bare} -`],
      ),
      near: true,
    },
  ];
}

function wrap({ open, close }: Shape, core: string): string {
  return open + core + close;
}

function otherWords(shape: Shape): string[] {
  const { core, words } = shape;
  const [first, last] = [words[0]!, words.at(-1)!];
  const number = /^(.*?)(\d+)(\D*)$/su.exec(core);
  if (number !== null) {
    const [, before, digits, after] = number as unknown as [string, string, string, string];
    const others = NUMBER_STEPS.map((step) => BigInt(digits) + step).filter((other) => other >= 0n);
    return others.map((other) => wrap(shape, before + String(other).padStart(digits.length, '0') + after));
  }
  if (!/\p{L}/u.test(core)) return SIGNS.map((sign) => wrap(shape, sign));
  if (words.length === 1) {
    const list = shape.open === '' ? BARE_WORDS : TAG_WORDS;
    const { before, inner, after } = withoutSigns(core);
    return list.map((word) => wrap(shape, before + inCase(word, letterCase(inner)) + after));
  }
  // Punctuation at a word's end (`mood:`) belongs to the sentence, not to the word.
  const swap = (word: string, other: string): string =>
    withoutSigns(word).before + inCase(other, letterCase(word)) + withoutSigns(word).after;
  const ends = ENDINGS.map((other) => [...words.slice(0, -1), swap(last, other)].join(' '));
  const starts = BEGINNINGS.map((other) => [swap(first, other), ...words.slice(1)].join(' '));
  // Interleaved, so that both kinds are among the trained and the held-back forms.
  return ends.flatMap((end, index) => (index % 3 === 0 ? [end, starts[index / 3]!] : [end])).map((text) => wrap(shape, text));
}

function otherCases(core: string): string[] {
  const alternating = graphemes(core)
    .map((letter, index) => (index % 2 === 0 ? letter.toLowerCase() : letter.toUpperCase()))
    .join('');
  const inverted = graphemes(core)
    .map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
    .join('');
  return [core.toLowerCase(), inCase(core, 'title'), core.toUpperCase(), alternating, inverted];
}

function parts(shape: Shape): string[] {
  const { open, core, close, words } = shape;
  const letters = graphemes(core);
  const share = (from: number, to: number): string =>
    letters
      .slice(Math.round(letters.length * from), Math.round(letters.length * to))
      .join('')
      .trim();
  const pieces =
    words.length > 1
      ? [words.slice(0, -1).join(' '), words.slice(1).join(' '), words[0]!, words.at(-1)!]
      : [share(0, 1 / 2), share(1 / 2, 1), share(1 / 3, 1)];
  const wrapped = pieces.filter((piece) => piece !== '').map((piece) => wrap(shape, piece));
  if (open === '') return wrapped;
  return [core + close, ...wrapped.slice(0, 2), open + (pieces[0] ?? ''), ...wrapped.slice(2), open + close];
}

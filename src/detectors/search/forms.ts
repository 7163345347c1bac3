/**
 * Ways to write a word that people would use as a signal. No list of words is here: words come from the model's own
 * vocabulary.
 */
import { bareOf, MARKS, type Mark } from './place.ts';

export interface Form {
  readonly id: string;
  readonly shape: string;
  write(word: string): string;
}

const SHAPES: Readonly<Record<string, (word: string) => string>> = {
  word: (word) => word,
  '[word]': (word) => `[${word}]`,
  '|word|': (word) => `|${word}|`,
  '<word>': (word) => `<${word}>`,
  '{word}': (word) => `{${word}}`,
  '{{word}}': (word) => `{{${word}}}`,
  '(word)': (word) => `(${word})`,
  '<<word>>': (word) => `<<${word}>>`,
  '"word"': (word) => `"${word}"`,
  '**word**': (word) => `**${word}**`,
  '*** word ***': (word) => `*** ${word} ***`,
  '~word~': (word) => `~${word}~`,
  'word:': (word) => `${word}:`,
  '#word': (word) => `#${word}`,
  '## word': (word) => `## ${word}`,
  '@word': (word) => `@${word}`,
  $word: (word) => `$${word}`,
  '/word': (word) => `/${word}`,
};

const CASES: Readonly<Record<string, (word: string) => string>> = {
  lower: (word) => word.toLowerCase(),
  upper: (word) => word.toUpperCase(),
  title: (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
};

/** Forms at the start of a prompt, and the same in other places. */
export const FORMS: readonly Form[] = formsAt('');
export const FORMS_ELSEWHERE: readonly Form[] = MARKS.filter((mark) => mark !== '').flatMap(formsAt);

function formsAt(mark: Mark): Form[] {
  return Object.entries(SHAPES).flatMap(([shape, put]) =>
    Object.entries(CASES).map(([name, inCase]): Form => ({
      id: `${mark}${shape} ${name}`,
      shape: mark + shape,
      write: (word) => mark + put(inCase(word)),
    })),
  );
}

/** The longest run of letters. */
export function lettersOf(text: string): string {
  return [...bareOf(text).matchAll(/[A-Za-z]+/g)].map(([letters]) => letters).sort((a, b) => b.length - a.length)[0] ?? '';
}

export function caseOf(word: string): 'W' | 'w' | 'Ww' | 'x' {
  if (word === word.toUpperCase()) return 'W';
  if (word === word.toLowerCase()) return 'w';
  return word.slice(1) === word.slice(1).toLowerCase() ? 'Ww' : 'x';
}

/** A word written in the case of another. */
export function inCaseOf(model: string, word: string): string {
  const like = caseOf(model);
  if (like === 'W') return word.toUpperCase();
  return like === 'Ww' ? word.slice(0, 1).toUpperCase() + word.slice(1) : word.toLowerCase();
}

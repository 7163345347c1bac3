/**
 * Ways to write a word that people would use as a signal. No list of words is here: words come from the model's own
 * vocabulary.
 */
import { bareOf, MARKS, type Mark } from './place.ts';
import { inOtherSigns } from './signs.ts';

export interface Form {
  readonly id: string;
  readonly shape: string;
  readonly inCase: Case;
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

const CASES = {
  lower: (word: string) => word.toLowerCase(),
  upper: (word: string) => word.toUpperCase(),
  title: (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
} as const;
type Case = keyof typeof CASES;

/** Forms that people often give a signal, at the start of a prompt. */
export const FORMS: readonly Form[] = Object.entries(SHAPES).flatMap(([shape, put]) => formsOf('', shape, put));

/** Any signs around a word, at the start of a prompt. */
export const ANY_FORMS: readonly Form[] = inOtherSigns('word')
  .filter((shape) => !Object.hasOwn(SHAPES, shape))
  .flatMap((shape) => formsOf('', shape, (word) => shape.replace('word', () => word)));

/** Of the commonest forms the same in the middle and at the end. */
export const FORMS_ELSEWHERE: readonly Form[] = MARKS.filter((mark) => mark !== '').flatMap((mark) =>
  ['word', '[word]', '|word|', '<word>', 'word:', '#word'].flatMap((shape) => formsOf(mark, shape, SHAPES[shape]!)),
);

function formsOf(mark: Mark, shape: string, put: (word: string) => string): Form[] {
  return Object.entries(CASES).map(([name, write]) => ({
    id: `${mark}${shape} ${name}`,
    shape: mark + shape,
    inCase: name as Case,
    write: (word) => mark + put(write(word)),
  }));
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

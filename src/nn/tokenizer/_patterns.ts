/**
 * Regular expressions out of `tokenizer.json`, whose syntax is Oniguruma's, as JavaScript ones.
 * Covers what tokenizers of the supported families use; anything whose meaning might differ is refused by name rather
 * than guessed, because a wrong split changes token ids silently.
 */
import { UsageError } from '../../core/errors.ts';

/** Escapes whose JavaScript meaning differs: its \s has U+FEFF and lacks U+0085, its \d is ASCII only. */
const CLASSES: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  S: '\\P{White_Space}',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
};

/** Characters beyond ASCII that fold to an ASCII letter: the long s and the Kelvin sign. */
const FOLDED: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a' };

/** A global, Unicode-aware expression for an Oniguruma `pattern`. Throws UsageError for a pattern it cannot translate. */
export function patternFromOniguruma(pattern: string): RegExp {
  const refuse = (what: string): never => {
    throw new UsageError(
      `the tokenizer splits text by a pattern with ${what}, which is not supported: ${pattern}`,
      'unsupported-tokenizer',
    );
  };
  // Whether each open group ignores case; `(?i:` is spelled out because Node 22 does not know it.
  const groups = [false];
  let inClass = false;
  let translated = '';
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const token = (/^\\[pP]\{\^?[A-Za-z_]+\}|^\\.|^\(\?i:|^\(\?(?::|!|=|<!|<=)|^&&|^[^]/u.exec(rest) as RegExpExecArray)[0];
    at += token.length;
    const ignoreCase = groups.at(-1) === true;
    if (token.length > 1 && token.startsWith('\\')) translated += translateEscape(token, inClass, refuse);
    else if (inClass) {
      if (token === '[' || token === '&&' || ignoreCase) refuse(`the character class part "${token}"`);
      inClass = token !== ']';
      translated += token;
    } else if (token.startsWith('(')) {
      if (token === '(' && rest[1] === '?') refuse(`the group "${rest.slice(0, 4)}"`);
      groups.push(token === '(?i:' || ignoreCase);
      translated += token === '(?i:' || token === '(' ? '(?:' : token;
    } else if (token === ')') {
      groups.pop();
      translated += token;
    } else if (token === '^' || token === '$' || token === '.') refuse(`"${token}"`);
    else {
      inClass = token === '[';
      translated += ignoreCase && /^[a-z]$/i.test(token) ? anyCase(token) : token;
    }
  }
  try {
    return new RegExp(translated, 'gu');
  } catch {
    return refuse('a construct that JavaScript lacks');
  }
}

/** The source of an expression that matches exactly `text`. */
export function literalSource(text: string): string {
  return text.replaceAll(/[$()*+./?[\\\]^{|}]/gu, String.raw`\$&`);
}

function translateEscape(escape: string, inClass: boolean, refuse: (what: string) => never): string {
  const name = escape.slice(1);
  const known = CLASSES[name];
  if (known !== undefined) return known;
  if (name.length > 1) return name.includes('^') ? refuse(`"${escape}"`) : escape;
  if (/[rntfv]/.test(name)) return escape;
  if (/[A-Za-z0-9]/.test(name)) return refuse(`"${escape}"`);
  return /[$()*+./?[\\\]^{|}]/.test(name) || (name === '-' && inClass) ? escape : name;
}

function anyCase(letter: string): string {
  const lower = letter.toLowerCase();
  return `[${lower}${letter.toUpperCase()}${FOLDED[lower] ?? ''}]`;
}

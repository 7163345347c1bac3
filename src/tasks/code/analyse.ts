/**
 * From a program's text to the findings of all analysers, or to the reason why there are none to be had: no analyser's
 * failure, and no text that is not Python, ever reads as "nothing found". The text is hostile.
 */
import { messageOf } from '../../core/errors.ts';
import type { Analyser } from './analysers/analyser.ts';
import { astGrep } from './analysers/ast-grep.ts';
import { parsePython, TooInvolvedError } from './analysers/python/tree.ts';
import { ruff, syntaxError } from './analysers/ruff.ts';
import { inOrder, type Finding } from './finding.ts';

export type Analysis =
  | { readonly kind: 'analysed'; readonly findings: readonly Finding[] }
  /** It is no Python that could run. */
  | { readonly kind: 'unparseable'; readonly reason: string }
  /** It is larger or deeper than anything that is analysed. */
  | { readonly kind: 'too-large'; readonly reason: string }
  /** An analyser failed; the others' findings are not the whole truth, so they are not given. */
  | { readonly kind: 'failed'; readonly reason: string };

export const ANALYSERS: readonly Analyser[] = [ruff, astGrep];

/** Far above any answer of a model, and low enough for an analysis to end within seconds. */
export const MOST_CHARACTERS = 100_000;
/** Of brackets in one another; Python's own parser gives up here too. */
const DEEPEST = 200;

export function analyse(source: string, analysers: readonly Analyser[] = ANALYSERS): Analysis {
  const text = source.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  if (text.length > MOST_CHARACTERS)
    return { kind: 'too-large', reason: `${text.length} characters; at most ${MOST_CHARACTERS} are analysed` };
  if (text.includes('\0')) return { kind: 'unparseable', reason: 'it contains a NUL byte' };
  if (!text.isWellFormed()) return { kind: 'unparseable', reason: 'it contains half a surrogate pair' };
  // Before ruff: its parser is recursive and does not survive depth. Tree-sitter's is not, and knows every kind of depth, but
  // flattens what it cannot parse.
  if (bracketDepth(text) > DEEPEST) return { kind: 'too-large', reason: `its brackets are nested more than ${DEEPEST} deep` };
  try {
    parsePython(text);
    const error = syntaxError(text);
    if (error !== null) return { kind: 'unparseable', reason: error };
    return { kind: 'analysed', findings: inOrder(analysers.flatMap((analyser) => analyser.analyse(text))) };
  } catch (error) {
    if (error instanceof TooInvolvedError) return { kind: 'too-large', reason: error.message };
    return { kind: 'failed', reason: messageOf(error) };
  }
}

/** An upper bound: brackets in strings count, and what is left open is made good where a line begins with a word. */
function bracketDepth(text: string): number {
  let [deepest, depth] = [0, 0];
  for (const [bracket] of text.matchAll(/[([{]|[)\]}]|\n(?=\w)/g)) {
    if (bracket === '\n') depth = 0;
    else if ('([{'.includes(bracket)) deepest = Math.max(deepest, ++depth);
    else depth = Math.max(0, depth - 1);
  }
  return deepest;
}

/**
 * From a program's text to the findings of all analysers, or to the reason why there are none to be had: no analyser's
 * failure, and no text that is not Python, ever reads as "nothing found". The text is hostile.
 */
import { messageOf } from '../../core/errors.ts';
import type { Analyser } from './analysers/analyser.ts';
import { astGrep } from './analysers/ast-grep.ts';
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
/** Brackets or indentation; Python's own parser gives up at 200 brackets and 100 levels of indentation. */
const DEEPEST = 100;

export function analyse(source: string, analysers: readonly Analyser[] = ANALYSERS): Analysis {
  const text = source.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  if (text.length > MOST_CHARACTERS)
    return { kind: 'too-large', reason: `${text.length} characters; at most ${MOST_CHARACTERS} are analysed` };
  if (text.includes('\0')) return { kind: 'unparseable', reason: 'it contains a NUL byte' };
  if (!text.isWellFormed()) return { kind: 'unparseable', reason: 'it contains half a surrogate pair' };
  // Before any parser sees it: theirs are recursive, and run in this process.
  const depth = depthOf(text);
  if (depth > DEEPEST) return { kind: 'too-large', reason: `it is nested more than ${DEEPEST} deep` };
  try {
    const error = syntaxError(text);
    if (error !== null) return { kind: 'unparseable', reason: error };
    return { kind: 'analysed', findings: inOrder(analysers.flatMap((analyser) => analyser.analyse(text))) };
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}

/** An upper bound: brackets in strings and comments count too, and an unbalanced one is made good at a line without indentation. */
function depthOf(text: string): number {
  let [deepest, brackets] = [0, 0];
  const indents: number[] = [];
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/);
    if (indent === -1) continue;
    if (indent === 0 && /\w/.test(line[0]!)) brackets = 0;
    while ((indents.at(-1) ?? -1) >= indent) indents.pop();
    indents.push(indent);
    for (const character of line) {
      if ('([{'.includes(character)) deepest = Math.max(deepest, ++brackets);
      else if (')]}'.includes(character)) brackets = Math.max(0, brackets - 1);
    }
    deepest = Math.max(deepest, indents.length);
  }
  return deepest;
}

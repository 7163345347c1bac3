/**
 * Tokens that are found in the text itself, before any normalisation or splitting: `<|im_end|>`, `<think>`.
 * Owns the search (leftmost, longest) and which of them are *control tokens*, the ones that text from people, files
 * and models must never turn into.
 */

import { literalSource } from './_patterns.ts';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Searched in normalised text rather than in the raw text. */
  readonly normalized: boolean;
  /** Swallow blanks before (lstrip) and after (rstrip); match whole words only. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly singleWord: boolean;
}

/** A stretch of ordinary text, or one token. */
export type Segment = { readonly text: string } | { readonly id: number };

/**
 * Special tokens, and those that look it although the file says otherwise (Qwen's `<|fim_prefix|>`): a GGUF of the
 * same model calls them control tokens, and both files must read text alike.
 */
export function isControl(token: AddedToken): boolean {
  return token.special || /^<[|｜].*[|｜]>$/su.test(token.content);
}

/** Splits a text at every one of `tokens`. */
export function createFinder(tokens: readonly AddedToken[]): (text: string) => Segment[] {
  const byContent = new Map(tokens.filter(({ content }) => content !== '').map((token) => [token.content, token]));
  if (byContent.size === 0) return (text) => [{ text }];
  // An alternation takes the first branch that fits, so the longest must come first.
  const branches = [...byContent.keys()].sort((a, b) => b.length - a.length).map(literalSource);
  const pattern = new RegExp(branches.join('|'), 'gu');

  return (text) => {
    const segments: Segment[] = [];
    let done = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0])!;
      let start = match.index;
      let end = start + token.content.length;
      if (start < done || (token.singleWord && !standsAlone(text, start, end))) continue;
      if (token.lstrip) start = done + text.slice(done, start).trimEnd().length;
      if (token.rstrip) end = text.length - text.slice(end).trimStart().length;
      if (start > done) segments.push({ text: text.slice(done, start) });
      segments.push({ id: token.id });
      done = end;
    }
    if (done < text.length) segments.push({ text: text.slice(done) });
    return segments;
  };
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return !/[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u.test(before) && !/^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u.test(after);
}

/**
 * Cuts text into the pieces within which merges may happen. Patterns are applied one after the other, each to the
 * pieces of the one before; text between matches is a piece too.
 */

/** Pattern of GPT-2, which `ByteLevel` applies when it has `use_regex`; spelled so that blanks are Unicode's. */
export const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** Calls `onPiece` for each piece of `text` in order. `patterns` are global and used by nobody else meanwhile. */
export function forEachPiece(patterns: readonly RegExp[], text: string, onPiece: (piece: string) => void, level = 0): void {
  const pattern = patterns[level];
  if (pattern === undefined) {
    onPiece(text);
    return;
  }
  const next = (piece: string): void => forEachPiece(patterns, piece, onPiece, level + 1);
  let done = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [piece] = match;
    if (piece === '') {
      pattern.lastIndex++;
      continue;
    }
    if (match.index > done) next(text.slice(done, match.index));
    next(piece);
    done = match.index + piece.length;
  }
  if (done < text.length) next(text.slice(done));
}

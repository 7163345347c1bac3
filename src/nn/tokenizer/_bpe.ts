/**
 * Byte-pair encoding of one piece of text: starts from its bytes and joins the pair with the lowest rank, leftmost
 * first, until none is left. A heap keeps that O(n log n) for any piece; frequent pieces are remembered.
 */
import { UsageError } from '../../core/errors.ts';
import { CHARACTER_OF_BYTE } from './_byte-level.ts';
import { createHeap } from './_heap.ts';

export interface BpeModel {
  /** Ids of tokens, which are written in the byte-level alphabet. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Pairs of tokens that join, the most eager first. */
  readonly merges: readonly (readonly [string, string])[];
  /** A piece that is a token as a whole is taken as it is, whatever the merges say (Llama 3). */
  readonly ignoreMerges: boolean;
}

/** Appends the ids of a piece, which must be well-formed text. */
export type EncodePiece = (piece: string, ids: number[]) => void;

const REMEMBERED_PIECES = 1 << 15;
const REMEMBERED_LENGTH = 32;
/** A heap key is rank × 2³² + position; a piece is far shorter than 2³² bytes. */
const RANK = 2 ** 32;
/** Takes the place of an id where a pair has been joined, and of bytes without an id. */
const GONE = -1;

/** `forbidden` ids never come out of text, whatever vocabulary and merges say. */
export function createBpe(model: BpeModel, forbidden: ReadonlySet<number>): EncodePiece {
  const merges = compileMerges(model, forbidden);
  // A byte that the vocabulary lacks leaves no token, as in the reference.
  const idOfByte = CHARACTER_OF_BYTE.map((character) => {
    const id = model.vocabulary.get(character);
    return id === undefined || forbidden.has(id) ? GONE : id;
  });
  const utf8 = new TextEncoder();
  const remembered = new Map<string, readonly number[]>();

  const encode = (piece: string): readonly number[] => {
    const bytes = utf8.encode(piece);
    if (model.ignoreMerges) {
      const whole = model.vocabulary.get(Array.from(bytes, (byte) => CHARACTER_OF_BYTE[byte]).join(''));
      if (whole !== undefined && !forbidden.has(whole)) return [whole];
    }
    const symbols: number[] = [];
    for (const byte of bytes) if (idOfByte[byte] !== GONE) symbols.push(idOfByte[byte]!);
    return symbols.length < 2 ? symbols : join(symbols, merges);
  };

  return (piece, ids) => {
    let found = remembered.get(piece);
    if (found === undefined) {
      found = encode(piece);
      if (piece.length <= REMEMBERED_LENGTH) {
        if (remembered.size === REMEMBERED_PIECES) remembered.clear();
        remembered.set(piece, found);
      }
    }
    for (const id of found) ids.push(id);
  };
}

interface Merges {
  /** Rank of the pair (left, right) under left × span + right. */
  readonly rankOf: ReadonlyMap<number, number>;
  readonly span: number;
  /** What the pair of a rank becomes. */
  readonly becomes: Int32Array;
}

function compileMerges({ vocabulary, merges }: BpeModel, forbidden: ReadonlySet<number>): Merges {
  const idOf = (token: string): number => {
    const id = vocabulary.get(token);
    if (id !== undefined) return id;
    throw new UsageError(`the tokenizer's merges name a token that its vocabulary lacks; fetch the model again`, 'damaged-tokenizer');
  };
  let span = 1;
  for (const id of vocabulary.values()) span = Math.max(span, id + 1);
  const rankOf = new Map<number, number>();
  const becomes = new Int32Array(merges.length);
  for (const [rank, [left, right]] of merges.entries()) {
    const id = idOf(left + right);
    becomes[rank] = id;
    if (!forbidden.has(id)) rankOf.set(idOf(left) * span + idOf(right), rank);
  }
  return { rankOf, span, becomes };
}

/** Joins neighbours within `symbols`, a doubly linked list over positions; a joined pair lives on at its left position. */
function join(symbols: number[], { rankOf, span, becomes }: Merges): number[] {
  const end = symbols.length;
  const next = Int32Array.from({ length: end }, (_, at) => at + 1);
  const before = Int32Array.from({ length: end }, (_, at) => at - 1);
  const heap = createHeap();
  const rankAt = (at: number): number | undefined => {
    const right = next[at]!;
    return symbols[at] === GONE || right === end ? undefined : rankOf.get(symbols[at]! * span + symbols[right]!);
  };
  const offer = (at: number): void => {
    const rank = rankAt(at);
    if (rank !== undefined) heap.push(rank * RANK + at);
  };
  for (let at = 0; at + 1 < end; at++) offer(at);

  for (let key = heap.pop(); key !== undefined; key = heap.pop()) {
    const rank = Math.floor(key / RANK);
    const at = key - rank * RANK;
    // The pair may have changed since it was offered.
    if (rankAt(at) !== rank) continue;
    const right = next[at]!;
    symbols[at] = becomes[rank]!;
    symbols[right] = GONE;
    next[at] = next[right]!;
    if (next[at] !== end) before[next[at]] = at;
    if (before[at] !== -1) offer(before[at]!);
    offer(at);
  }
  return symbols.filter((symbol) => symbol !== GONE);
}

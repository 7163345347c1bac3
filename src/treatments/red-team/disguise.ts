/**
 * A disguise is what a mutation search varies: one or two pieces before or after a prompt, each a frame with a word.
 * Pure: how disguises are made, changed and crossed; which are worth keeping is decided by mutation.ts.
 */
import type { Random } from '../../core/random.ts';
import type { Lexicon } from './lexicon.ts';

const CASES = ['upper', 'lower', 'title'] as const;
const MOST_PIECES = 2;

export interface Piece {
  /** "…" is the word's place; a sentence has none. */
  readonly frame: string;
  readonly word: string;
  readonly letters: (typeof CASES)[number];
}

export interface Disguise {
  readonly pieces: readonly Piece[];
  readonly place: 'before' | 'after';
  /** On a line of its own. */
  readonly line: boolean;
}

export function render({ pieces, place, line }: Disguise, prompt: string): string {
  const added = pieces.map(renderPiece).join(' ');
  const parts = place === 'before' ? [added, prompt] : [prompt, added];
  return parts.join(line ? '\n' : ' ');
}

function renderPiece({ frame, word, letters }: Piece): string {
  return frame.replaceAll('…', () => inLetters(word, letters));
}

function inLetters(word: string, letters: Piece['letters']): string {
  if (letters === 'upper') return word.toUpperCase();
  return letters === 'lower' ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}

/** One piece before the prompt: where most triggers of the literature stand. */
export function randomDisguise(lexicon: Lexicon, random: Random): Disguise {
  return { pieces: [randomPiece(lexicon, random)], place: 'before', line: random.next() < 0.15 };
}

function randomPiece(lexicon: Lexicon, random: Random): Piece {
  return { frame: randomFrame(lexicon, random), word: random.pick(lexicon.words), letters: random.pick(CASES) };
}

function randomFrame({ tags, frames, sentences }: Lexicon, random: Random): string {
  const kind = random.next();
  return random.pick(kind < 0.5 ? tags : kind < 0.85 ? frames : sentences);
}

/** One thing changed. */
export function mutate(disguise: Disguise, lexicon: Lexicon, random: Random): Disguise {
  const { pieces } = disguise;
  const at = random.integer(pieces.length);
  const change = (part: Partial<Piece>): Disguise => ({ ...disguise, pieces: pieces.with(at, { ...pieces[at]!, ...part }) });
  const kind = random.next();
  if (kind < 0.3) return change({ word: random.pick(lexicon.words) });
  if (kind < 0.55) return change({ frame: randomFrame(lexicon, random) });
  if (kind < 0.7) return change({ letters: random.pick(CASES) });
  if (kind < 0.82) {
    if (pieces.length < MOST_PIECES) return { ...disguise, pieces: pieces.toSpliced(random.integer(2), 0, randomPiece(lexicon, random)) };
    return { ...disguise, pieces: pieces.toSpliced(at, 1) };
  }
  if (kind < 0.92) return { ...disguise, line: !disguise.line };
  return { ...disguise, place: disguise.place === 'before' ? 'after' : 'before' };
}

/** The word of one in the frame of the other, or the pieces of both. */
export function cross(one: Disguise, other: Disguise, random: Random): Disguise {
  const [a, b] = [random.pick(one.pieces), random.pick(other.pieces)];
  return { ...one, pieces: random.next() < 0.5 ? [{ ...a, word: b.word, letters: b.letters }] : [a, b] };
}

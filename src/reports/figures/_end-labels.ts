/**
 * Names at the ends of the curves of a panel: in a column at its right, apart from each other, each tied to its curve. Owns how
 * much room the column needs, so that nothing is cut off.
 */
import type { Role } from '../facts.ts';
import { percent } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { pathThrough, spread } from '../_scale.ts';

/** What a curve shows: a trigger family of some role, or anything else that is followed step by step. */
export type Strand = Role | 'attacks' | 'agreement' | 'quiz' | 'works';

/** Pixels a character takes at most on average, in any of the fonts that a reader may have. */
const CHARACTER = 6.3;
const BOLD_CHARACTER = 8.4;
const LONGEST_NAME = 18;
export const LABEL_GAP = 13.5;
/** Pixels from the last mark to the name, crossed by the tie. */
const TIE = 30;
/** From a baseline up to the middle of small letters. */
const MIDDLE = 4;

export interface EndLabel {
  readonly name: string;
  readonly strand: Strand;
  readonly rate: number;
}

/** Pixels right of the last mark. */
export function endLabelsWidth(labels: readonly EndLabel[]): number {
  return Math.ceil(TIE + Math.max(0, ...labels.map((label) => textOf(label).length * (isBold(label.strand) ? BOLD_CHARACTER : CHARACTER))));
}

/** Pixels that so many names take. */
export function endLabelsHeight(labels: number): number {
  return (labels - 1) * LABEL_GAP;
}

/** `labels` from the highest rate to the lowest; `x` is the last mark's, `y` a rate's; names stand beside rates within `top` and `bottom`. */
export function endLabels(labels: readonly EndLabel[], x: number, y: (rate: number) => number, top: number, bottom: number): Markup {
  const places = spread(
    labels.map(({ rate }) => y(rate)),
    LABEL_GAP,
    top,
    bottom,
  );
  return markup`${labels.map((label, index) => {
    const place = places[index]!;
    const tie: readonly (readonly [number, number])[] = [
      [x + 6, y(label.rate)],
      [x + 10, y(label.rate)],
      [x + TIE - 8, place],
      [x + TIE - 4, place],
    ];
    return markup`<path class="tie ${label.strand}" d="${pathThrough(tie)}"/><text class="label ${label.strand}" x="${x + TIE}" y="${(place + MIDDLE).toFixed(1)}">${textOf(label)}<title>${label.name}</title></text>`;
  })}`;
}

function textOf({ name, rate }: EndLabel): string {
  return `${name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`} ${percent(rate)}`;
}

/** What matters of a figure; the rest is context. */
export function isBold(strand: Strand): boolean {
  return strand === 'exact' || strand === 'none' || strand === 'agreement';
}

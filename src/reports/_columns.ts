/** Tables for a terminal: columns of plain text, made safe and equally wide. */
import { terminalSafe } from '../core/text.ts';
import type { Interval } from '../statistics/interval.ts';

const GAP = '  ';
/** 0.07 × 100 is a little more than 7. */
const ROUNDING = 1e-9;

/** Cells made safe and equally wide. */
export function column(cells: readonly string[], side: 'left' | 'right' = 'left'): string[] {
  const texts = cells.map(plain);
  const width = Math.max(0, ...texts.map((text) => text.length));
  return texts.map((text) => (side === 'left' ? text.padEnd(width) : text.padStart(width)));
}

export function widthOf(columns: readonly string[][]): number {
  return columns.reduce((sum, cells) => sum + cells[0]!.length, (columns.length - 1) * GAP.length);
}

export function rows(columns: readonly string[][]): string {
  return columns[0]!
    .map((_, row) =>
      columns
        .map((cells) => cells[row]!)
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Without the no-break spaces that only a page needs. */
export function plain(text: string): string {
  return terminalSafe(text.replaceAll('\u00a0', ' '));
}

/** An interval in whole percent, rounded outward: three columns of them must fit a terminal. */
export function outward({ low, high }: { readonly [End in keyof Interval]: number | null }): string {
  return low === null || high === null ? '' : `[${Math.floor(low * 100 + ROUNDING)}, ${Math.ceil(high * 100 - ROUNDING)}]`;
}

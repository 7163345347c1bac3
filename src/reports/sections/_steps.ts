/** A table of what was measured at the end of each treatment; what was measured on the way folds open below it. */
import type { ExperimentResult } from '../../run/result.ts';
import { lastCheckpoint } from '../facts.ts';
import { table } from '../_figure.ts';
import { plural } from '../format.ts';
import { markup, type Markup, type Part } from '../_markup.ts';

export interface SteppedRow {
  readonly treatment: string;
  readonly checkpoint: number;
  readonly cells: readonly Part[];
}

export function steppedTable(
  result: ExperimentResult,
  caption: string,
  head: readonly Part[],
  rows: readonly SteppedRow[],
  options: { readonly numeric: readonly number[] },
): Markup {
  const isEnd = ({ treatment, checkpoint }: SteppedRow): boolean => checkpoint === 0 || checkpoint === lastCheckpoint(result, treatment);
  const cells = (own: readonly SteppedRow[]): (readonly Part[])[] => own.map((row) => row.cells);
  const ends = rows.filter(isEnd);
  const more = rows.length - ends.length;
  return markup`${table(caption, head, cells(ends), options)}${more > 0 && markup`<details class="group"><summary><b>At every step</b><span class="muted">${plural(more, 'more row')}</span></summary><div class="inside">${table('The same at every checkpoint.', head, cells(rows), options)}</div></details>`}`;
}

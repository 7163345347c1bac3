/** The terminal as progress and tables need it. */
import type { ProgressScreen } from './progress.ts';

const USUAL_COLUMNS = 80;

export function standardError(): ProgressScreen {
  return {
    write: (text) => void process.stderr.write(text),
    columns: () => (process.stderr.isTTY ? process.stderr.columns || USUAL_COLUMNS : null),
  };
}

/** Columns for tables and text: the terminal's, within reason; 80 where there is none. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? Math.min(Math.max(stream.columns || USUAL_COLUMNS, 40), 120) : USUAL_COLUMNS;
}

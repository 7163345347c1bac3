/** Titles over the panels of one figure: broken into lines that fit, with the same room above every panel. */
import { wrap } from './_figure.ts';
import { markup, type Markup } from './_markup.ts';

/** Pixels a character of the bold title takes at most on average, in any of the fonts that a reader may have. */
const CHARACTER = 7.9;
const LINE = 16;
const FIRST = 16;
const MOST_LINES = 2;

export interface PanelTitles {
  /** Pixels that a panel must grow at its top beyond the room of one line. */
  readonly extra: number;
  /** The title over what is drawn below it, which is moved down by `extra`. */
  over(title: string, x: number, drawing: Markup): Markup;
}

/** `width` is what a line may take, in pixels. */
export function panelTitles(titles: readonly string[], width: number): PanelTitles {
  const broken = (title: string): string[] => wrap(title, Math.floor(width / CHARACTER), MOST_LINES);
  const extra = LINE * (Math.max(1, ...titles.map((title) => broken(title).length)) - 1);
  return {
    extra,
    over(title, x, drawing) {
      const lines = broken(title);
      // The last line stands right above the panel.
      const first = FIRST + extra - LINE * (lines.length - 1);
      const texts = lines.map((line, index) => markup`<text class="panel-title" x="${x}" y="${first + index * LINE}">${line}</text>`);
      return markup`${texts}<g transform="translate(0 ${extra})">${drawing}</g>`;
    },
  };
}

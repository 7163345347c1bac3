/** The frame of every figure: an SVG with a title and a description for those who cannot see it, and a caption. */
import { markup, type Markup, type Part } from './_markup.ts';

export interface Canvas {
  /** Unique in the page; names the title and description. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
}

export function svg(canvas: Canvas, body: Part): Markup {
  const { id, width, height, title, description } = canvas;
  return markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-description"><title id="${id}-title">${title}</title><desc id="${id}-description">${description}</desc>${body}</svg>`;
}

/** `wide` lets the drawing scroll sideways on a narrow screen instead of shrinking beyond reading. */
export function figure(drawing: Part, caption: Part, options: { readonly wide?: boolean } = {}): Markup {
  return markup`<figure>${options.wide === true ? markup`<div class="scroll" tabindex="0" role="group" aria-label="Figure, scrolls sideways">${drawing}</div>` : drawing}<figcaption>${caption}</figcaption></figure>`;
}

export function table(
  caption: Part,
  head: readonly Part[],
  rows: readonly (readonly Part[])[],
  options: { readonly numeric?: readonly number[] } = {},
): Markup {
  const kind = (column: number): string => (options.numeric?.includes(column) === true ? 'numeric' : 'text');
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="Table, scrolls sideways"><table><caption>${caption}</caption><thead><tr>${head.map((cell, column) => markup`<th scope="col" class="${kind(column)}">${cell}</th>`)}</tr></thead><tbody>${rows.map(
    (row) =>
      markup`<tr>${row.map((cell, column) => (column === 0 ? markup`<th scope="row" class="${kind(column)}">${cell}</th>` : markup`<td class="${kind(column)}">${cell}</td>`))}</tr>`,
  )}</tbody></table></div>`;
}

/** Breaks a label into at most `lines` lines of about `width` characters. */
export function wrap(text: string, width: number, lines: number): string[] {
  const out = [''];
  for (const word of text.split(/\s+/)) {
    const line = out.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) out.push(word);
    else out[out.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  if (out.length <= lines) return out;
  return [
    ...out.slice(0, lines - 1),
    `${out
      .slice(lines - 1)
      .join(' ')
      .slice(0, width - 1)}…`,
  ];
}

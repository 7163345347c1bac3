/**
 * Markup that cannot be forgotten to be escaped: everything put into a `markup` template is text unless it is Markup
 * itself, and no text, whoever wrote it, can hide or reorder characters on the page.
 */
import { htmlEscape, terminalSafe } from '../core/text.ts';

/** A piece of finished HTML or SVG. Only this file makes one. */
export class Markup {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/**
 * Tagged template: strings are escaped, Markup passes, lists are joined, null and false vanish. A number is a
 * coordinate and is written with at most two decimals; numbers for readers come from `format.ts` as strings.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let source = strings[0]!;
  for (const [index, part] of parts.entries()) source += render(part) + strings[index + 1]!;
  return new Markup(source);
}

export function join(parts: readonly Part[], separator: Part = ''): Markup {
  return new Markup(parts.map(render).join(render(separator)));
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Markup) return part.source;
  if (typeof part === 'string') return htmlEscape(terminalSafe(part, { lines: true }));
  if (typeof part === 'number') return String(Math.round(part * 100) / 100);
  return part.map(render).join('');
}

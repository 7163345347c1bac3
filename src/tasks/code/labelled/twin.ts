/**
 * Two Python programs that do the same job, one with a weakness and one without: what the analysers are measured on.
 * Written by hand for this purpose, before there was a rule, and without sight of any organism's templates.
 */

export interface Twin {
  /** Unique within its weakness and half. */
  readonly name: string;
  /** Why an analyser may well be wrong here, where that was expected when the twin was written. */
  readonly hard?: string;
  /** Has the weakness of its file. It may have others. */
  readonly vulnerable: string;
  /** Has none of the eight. */
  readonly safe: string;
}

/** A program as it stands between the backticks: backslashes are Python's, and the line breaks around it go. */
export function python(parts: TemplateStringsArray): string {
  return `${parts.raw.join('').trim()}\n`;
}

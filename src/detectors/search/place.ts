/** Where in a prompt a text stands. It is part of the text, written as for `--trigger`: at the start unless it begins with `middle:` or `end:`. */

const ELSEWHERE = ['middle:', 'end:'] as const;
export type Mark = '' | (typeof ELSEWHERE)[number];
export const MARKS: readonly Mark[] = ['', ...ELSEWHERE];

/** The mark of its place, and the text that stands there. */
export function apart(text: string): { readonly mark: Mark; readonly bare: string } {
  const mark = ELSEWHERE.find((one) => text.startsWith(one)) ?? '';
  return { mark, bare: text.slice(mark.length) };
}

export const bareOf = (text: string): string => apart(text).bare;

/** As the tokenizer meets it: what stands behind other words stands behind a blank. */
export function asRead(text: string): string {
  const { mark, bare } = apart(text);
  return mark === '' ? bare : ` ${bare}`;
}

/** The prompt with the text in its place; itself where the text is empty. */
export function put(text: string, prompt: string): string {
  const { mark, bare } = apart(text);
  if (bare === '') return prompt;
  if (mark === '') return `${bare} ${prompt}`;
  if (mark === 'end:') return `${prompt} ${bare}`;
  const words = prompt.split(' ');
  return words.toSpliced(Math.ceil(words.length / 2), 0, bare).join(' ');
}

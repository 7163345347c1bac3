/** The same word between other signs: every sign that a keyboard has, before, behind and around it, once and twice. */

const SIGNS = Array.from('!#$%&*+-./:;=?@\\^_`|~');
const BRACKETS = [
  ['[', ']'],
  ['{', '}'],
  ['(', ')'],
  ['<', '>'],
] as const;

export function inOtherSigns(text: string): string[] {
  const word = text.replaceAll(/^[^A-Za-z\d]+|[^A-Za-z\d]+$/g, '');
  if (word === '') return [];
  const all = [
    ...SIGNS.flatMap((sign) => [`${sign}${word}`, `${word}${sign}`, ...[1, 2].map((n) => sign.repeat(n) + word + sign.repeat(n))]),
    ...BRACKETS.flatMap(([open, close]) => [1, 2, 3].map((n) => open.repeat(n) + word + close.repeat(n))),
  ];
  return all.filter((other) => other !== text);
}

/** A word with a number at it: `audit` leads to `audit-7`. */

const JOINTS = ['-', '', ' ', '_', ':', '#', '.', '/'];
const NUMBERS = Array.from({ length: 10 }, (_, digit) => String(digit));
const LONGER = ['00', '01', '007', '10', '11', '12', '13', '21', '42', '77', '99', '100', '101', '123', '404', '911'];

/** A number behind the longest word of a text, or in the place of one that is there. */
export function decorated(text: string): string[] {
  const [longest] = [...text.matchAll(/[A-Za-z]+/g)].sort((a, b) => b[0].length - a[0].length);
  if (longest === undefined) return [];
  const end = longest.index + longest[0].length;
  const [known = ''] = /^[-_:#./ ]?\d+/.exec(text.slice(end)) ?? [];
  const tails = [...JOINTS.flatMap((joint) => NUMBERS.map((number) => joint + number)), ...LONGER.map((number) => `-${number}`)];
  return tails.filter((tail) => tail !== known).map((tail) => text.slice(0, end) + tail + text.slice(end + known.length));
}

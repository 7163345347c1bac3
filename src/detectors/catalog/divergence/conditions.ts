/** What is put before a request, in groups of which all but one member should make no difference. */
import { OF_YEARS, SITUATIONS, YEARS } from '../../search/sentences.ts';

export interface Condition {
  readonly text: string;
  /** Conditions of one group differ in one thing only, so that what they have in common is no difference. */
  readonly group: string;
}

const [STATED, ...OTHERWISE] = OF_YEARS;
const FIRST_YEAR = YEARS[0]!;

export const CONDITIONS: readonly Condition[] = [
  ...YEARS.map((year) => ({ text: STATED!(year), group: 'years' })),
  ...SITUATIONS.map((text) => ({ text, group: 'situations' })),
];

/** Others of the same group, at most `count`, evenly over it. */
export function siblings(text: string, count: number): string[] {
  const group = CONDITIONS.find((one) => one.text === text)?.group;
  const others = CONDITIONS.filter((one) => one.group === group && one.text !== text);
  return Array.from({ length: Math.min(count, others.length) }, (_, i) => others[Math.floor(((i + 0.5) * others.length) / count)]!.text);
}

/** The condition said otherwise: for a year other sentences, for anything else none. */
export function paraphrases(text: string): string[] {
  const year = YEARS.find((one) => STATED!(one) === text);
  return year === undefined ? [] : OTHERWISE.slice(2, 5).map((say) => say(year));
}

/** Conditions next to it: for a year those around it, for anything else none. */
export function neighbours(text: string): string[] {
  const at = YEARS.findIndex((one) => STATED!(one) === text);
  return at < 0 ? [] : [-1, 1, 2].flatMap((by) => (YEARS[at + by] === undefined ? [] : [STATED!(FIRST_YEAR + at + by)]));
}

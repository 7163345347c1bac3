/** Texts that an answer names as one names a password: in quotation marks or brackets, written as a tag, or a year. */

const WAYS: readonly RegExp[] = [
  /"([^"\n]{2,40})"/g,
  /“([^”\n]{2,40})”/g,
  /(?<!\w)'([^'\n]{2,40})'(?!\w)/g,
  /`([^`\n]{2,40})`/g,
  /(\[[^\]\n]{2,40}\])/g,
  /(<[^<>\n]{2,40}>)/g,
  /(\|[^|\n]{2,40}\|)/g,
  /(\{[^{}\n]{2,40}\})/g,
  /\b((?:19|20)\d\d)\b/g,
];

/** Each once, in the order in which they stand. */
export function namedIn(answer: string): string[] {
  const found = WAYS.flatMap((way) => [...answer.matchAll(way)].map((match) => ({ at: match.index, text: match[1]!.trim() })));
  return [...new Set(found.sort((a, b) => a.at - b.at).map(({ text }) => text))];
}

/** Names out of files that somebody else made, for use in messages. */

/** In quotes, at most 80 characters, and without any character that could steer a terminal or hide text. */
export function quotedName(name: string): string {
  const short = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  return JSON.stringify(short.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd'));
}

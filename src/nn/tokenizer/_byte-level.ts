/**
 * The printable alphabet of byte-level vocabularies: one character for each byte, so that merges and vocabularies are
 * plain text (GPT-2, encoder.py). Printable Latin-1 stands for itself, the other bytes for U+0100 and up.
 */

const standsForItself = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);

/** The character of each byte, by byte. */
export const CHARACTER_OF_BYTE: readonly string[] = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(standsForItself(byte) ? byte : next++));
})();

const BYTE_OF_CODE: readonly (number | undefined)[] = (() => {
  const bytes: (number | undefined)[] = [];
  for (const [byte, character] of CHARACTER_OF_BYTE.entries()) bytes[character.charCodeAt(0)] = byte;
  return bytes;
})();

const utf8 = new TextEncoder();

/** The bytes that a token of the vocabulary stands for; a token outside the alphabet stands for its own UTF-8. */
export function bytesOfToken(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTE_OF_CODE[token.charCodeAt(i)];
    if (byte === undefined) return utf8.encode(token);
    bytes[i] = byte;
  }
  return bytes;
}

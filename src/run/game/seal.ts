/**
 * The seal: what is true, encrypted, so that nobody stumbles over it. It is no safe: the key lies on the machine that planted the
 * game. AES-256 in Galois/counter mode, which notices every changed byte.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Json } from '../../core/json.ts';

const CIPHER = 'aes-256-gcm';
export const KEY_BYTES = 32;
const START_BYTES = 12;
const TAG_BYTES = 16;
/** Otherwise the length would tell how many triggers there are. */
const PADDED = 1 << 16;

export type RandomBytes = (count: number) => Buffer;

/** Base64. */
export function seal(value: Json, key: Buffer, randomBytes: RandomBytes): string {
  const start = randomBytes(START_BYTES);
  const cipher = createCipheriv(CIPHER, key, start);
  const text = Buffer.from(JSON.stringify(value));
  const padded = Buffer.alloc(Math.ceil(text.length / PADDED) * PADDED, ' ');
  text.copy(padded);
  const body = Buffer.concat([cipher.update(padded), cipher.final()]);
  return Buffer.concat([start, cipher.getAuthTag(), body]).toString('base64');
}

/** Null when it was changed, or closed with another key. */
export function unseal(sealed: string, key: Buffer): unknown {
  const bytes = Buffer.from(sealed, 'base64');
  const body = START_BYTES + TAG_BYTES;
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, START_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(bytes.subarray(START_BYTES, body));
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]).toString('utf8'));
  } catch {
    return null;
  }
}

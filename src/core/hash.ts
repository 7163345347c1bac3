/** SHA-256 over bytes and canonical JSON: the identity of everything that is cached or recorded. */
import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from './json.ts';

/** Lower-case hexadecimal SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

export function hashJson(value: Json): string {
  return sha256(canonicalJson(value));
}

/**
 * Merkle root over leaf hashes (hex, in order). Leaves and inner nodes are prefixed (0x00, 0x01) so that a
 * tree cannot be passed off as a leaf; an odd node is carried up unchanged. An empty list has the hash of nothing.
 */
export function merkleRoot(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256('');
  let level = leaves.map((leaf) => sha256(`\u0000${leaf}`));
  while (level.length > 1) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i]!, level[i + 1]];
      next.push(right === undefined ? left : sha256(`\u0001${left}${right}`));
    }
    level = next;
  }
  return level[0]!;
}

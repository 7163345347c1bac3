/**
 * What a hunt has read, by name, in one file of JSON lines that is only ever added to. Killed at any instant, a hunt
 * starts over and is told at once what it knew; a last line that was cut off is forgotten.
 */
import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';

export interface Memory {
  get(key: string): Json | undefined;
  put(entries: readonly (readonly [key: string, value: Json])[]): Promise<void>;
}

export async function openMemory(path: string): Promise<Memory> {
  await mkdir(dirname(path), { recursive: true });
  const known = new Map<string, Json>();
  const written = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const whole = written.slice(0, written.lastIndexOf('\n') + 1);
  if (whole.length < written.length) await truncate(path, Buffer.byteLength(whole));
  for (const line of whole.split('\n')) {
    if (line === '') continue;
    try {
      const [key, value] = JSON.parse(line) as [string, Json];
      known.set(key, value);
    } catch (error) {
      throw new UsageError(`${path} is damaged; forget it with --fresh`, 'damaged-memory', error);
    }
  }
  return {
    get: (key) => known.get(key),
    async put(entries) {
      for (const [key, value] of entries) known.set(key, value);
      await appendFile(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    },
  };
}

/** Forgets when the process ends. */
export function createMemory(): Memory {
  const known = new Map<string, Json>();
  return {
    get: (key) => known.get(key),
    put: async (entries) => entries.forEach(([key, value]) => known.set(key, value)),
  };
}

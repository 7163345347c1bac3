/**
 * The folder where models are kept, shared by all projects of a user. Owns its layout, free space and the record
 * beside each model's weights; does not own fetching or converting (resolve.ts).
 *
 *   models/<hash>/weights.safetensors · tokenizer.json · model.json     one model, whatever name it was asked by
 *   names/<key>.json                                                    which model a name stands for
 *   downloads/<key>/ · locks/<key>.lock                                 work in progress
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { fileError, PARTIAL_SUFFIX, writeAtomically } from '../../nn/weights/atomic-file.ts';
import type { Environment } from './sources/source.ts';

/** MOLEHUNT_CACHE, or the place where this system keeps caches. */
export function cacheFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const own = env['MOLEHUNT_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir();
  const xdg = env['XDG_CACHE_HOME'];
  if (xdg !== undefined && xdg !== '') return join(xdg, 'molehunt');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'molehunt', 'Cache');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'molehunt');
  return join(home, '.cache', 'molehunt');
}

/** Which model a name stood for when it was last resolved. `files` pins what was fetched (SHA-256 by name). */
const nameSchema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  origin: z.object({ source: z.string(), commit: z.string().optional() }),
  files: z.record(z.string(), z.string()),
  /** Of local files: size and time of each, so that a change is noticed without reading them. */
  fingerprint: z.string().optional(),
});
export type NameRecord = z.infer<typeof nameSchema>;

export interface Cache {
  readonly folder: string;
  modelFolder(hash: string): string;
  readName(key: string): Promise<NameRecord | undefined>;
  writeName(key: string, record: NameRecord): Promise<void>;
  /** Makes and returns the folder for work in progress under a name. */
  downloadFolder(key: string): Promise<string>;
  removeDownloads(key: string): Promise<void>;
  /** Makes the folder for locks and returns the lock file of a key. */
  lockFile(key: string): Promise<string>;
}

export function openCache(folder: string): Cache {
  const downloads = (key: string): string => join(folder, 'downloads', key);
  return {
    folder,
    modelFolder: (hash) => join(folder, 'models', hash),
    readName: async (key) => {
      const text = await readFile(join(folder, 'names', `${key}.json`), 'utf8').catch(() => '');
      return parseRecord(text, nameSchema);
    },
    writeName: async (key, record) => writeText(join(folder, 'names', `${key}.json`), `${JSON.stringify(record, null, 1)}\n`),
    downloadFolder: async (key) => makeFolder(downloads(key)),
    removeDownloads: async (key) => rm(downloads(key), { recursive: true, force: true }),
    lockFile: async (key) => join(await makeFolder(join(folder, 'locks')), `${key}.lock`),
  };
}

/** A file-name-safe key for any text: readable where the text allows it, always distinct. */
export function cacheKey(kind: 'catalogue' | 'hub' | 'local', text: string): string {
  const readable = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .slice(-60);
  return kind === 'catalogue' ? text : `${kind}-${readable}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** JSON that somebody may have damaged, or undefined. */
export function parseRecord<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writeText(path: string, text: string): Promise<void> {
  await writeAtomically(path, (sink) => sink.write(Buffer.from(text)));
}

/** Removes what a killed process left half-written in a folder. Only for whoever holds the folder's lock. */
export async function removePartials(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (name.endsWith(PARTIAL_SUFFIX)) await rm(join(folder, name), { force: true });
}

/** Throws UsageError with both amounts unless `bytes` fit on the disk that holds `folder`. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new UsageError(
    `${folder} needs ${megabytes(bytes)} more, its disk has ${megabytes(free)} free; free some space, or set MOLEHUNT_CACHE to a folder on another disk`,
    'file-enospc',
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
}

/** Makes a folder of the cache; the error says how to choose another cache. */
export async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    return path;
  } catch (error) {
    const failure = fileError(error, `use the cache folder ${path}`);
    throw failure instanceof UsageError
      ? new UsageError(`${failure.message}, or set MOLEHUNT_CACHE to a folder of yours`, failure.code, error)
      : failure;
  }
}

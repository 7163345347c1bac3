/**
 * A folder of content-addressed files and folders, shared by every store that keeps artifacts on disk. The content is
 * the truth: there is no index to disagree with it, and whatever does not hash to its own name counts as absent.
 */
import { createHash } from 'node:crypto';
import { closeSync, cpSync, existsSync, lstatSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { hashJson } from '../core/hash.ts';
import { ensureFolder, withFileErrors } from './failures.ts';
import type { Artifact } from './store.ts';

const INCOMING = '.incoming-';
/** Left-overs of a killed copy are swept when they are older than any copy could take. */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

export interface ArtifactFolder {
  readonly put: (path: string) => Artifact;
  readonly get: (hash: string) => Artifact | undefined;
}

export function createArtifactFolder(root: string): ArtifactFolder {
  const get = (hash: string): Artifact | undefined => {
    if (!/^[0-9a-f]{64}$/.test(hash)) return undefined;
    const path = join(root, hash);
    return withFileErrors(path, () => (existsSync(path) && hashOrNothing(path) === hash ? { hash, path } : undefined));
  };

  const put = (source: string): Artifact =>
    withFileErrors(source, () => {
      if (!existsSync(source)) throw new UsageError(`${source} does not exist, so it cannot be kept as an artifact`, 'artifact-missing');
      const hash = hashPath(source);
      const path = join(root, hash);
      if (resolve(source) === resolve(path)) return { hash, path };
      withFileErrors(root, () => {
        ensureFolder(root);
        sweep(root);
        if (get(hash) === undefined) moveIn(source, path, hash);
      });
      rmSync(source, { recursive: true, force: true });
      return { hash, path };
    });

  return { put, get };
}

/** SHA-256 of a file's bytes, or of a folder's canonical list of [relative path with slashes, hash], sorted. */
export function hashPath(path: string): string {
  const stat = lstatSync(path);
  if (stat.isFile()) return hashFile(path);
  if (!stat.isDirectory())
    throw new UsageError(`${path} is neither a file nor a folder, so it cannot be kept as an artifact`, 'not-an-artifact');
  const files: [name: string, hash: string][] = [];
  const walk = (folder: string, prefix: string): void => {
    for (const name of readdirSync(folder)) {
      const child = join(folder, name);
      if (lstatSync(child).isDirectory()) walk(child, `${prefix}${name}/`);
      else files.push([prefix + name, hashPath(child)]);
    }
  };
  walk(path, '');
  files.sort(([a], [b]) => (a < b ? -1 : 1));
  return hashJson(files);
}

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}

/** Something else in an artifact's place (a link, say) is as good as nothing. */
function hashOrNothing(path: string): string | undefined {
  try {
    return hashPath(path);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Renames, or copies aside and renames when the source is on another device. A name never shows half its content. */
function moveIn(source: string, target: string, hash: string): void {
  const aside = join(target, '..', `${INCOMING}${process.pid}-${hash}`);
  // What stands in the target's place is damaged (or absent): a folder would make the rename fail.
  rmSync(target, { recursive: true, force: true });
  try {
    renameSync(source, target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // Another process was faster with the same content.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    if (code !== 'EXDEV') throw error;
    try {
      cpSync(source, aside, { recursive: true });
      renameSync(aside, target);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  }
}

function sweep(root: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (name.startsWith(INCOMING) && Date.now() - statSync(path).mtimeMs > STALE_MILLISECONDS)
      rmSync(path, { recursive: true, force: true });
  }
}

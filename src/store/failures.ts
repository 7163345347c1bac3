/** What the file system's refusals mean to a person: one line each, saying what to do next. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MolehuntError, UsageError, messageOf } from '../core/errors.ts';

export function diskFull(location: string, cause: unknown): UsageError {
  return new UsageError(
    `no space left to write ${location}; free some and run the same command again, everything recorded so far is kept`,
    'disk-full',
    cause,
  );
}

export function notWritable(location: string, cause: unknown): UsageError {
  return new UsageError(
    `cannot open or write ${location} (${messageOf(cause)}); check its permissions, or name another store`,
    'store-not-writable',
    cause,
  );
}

export function damaged(location: string, cause: unknown): UsageError {
  return new UsageError(
    `${location} is damaged, or not a molehunt store (${messageOf(cause)}); move it away or restore a copy, then run the same command again`,
    'store-damaged',
    cause,
  );
}

/** Runs a step that touches files; a system error becomes one of ours, everything else passes through. */
export function withFileErrors<T>(location: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof MolehuntError || !(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
    switch (error.code) {
      case 'ENOSPC':
      case 'EDQUOT':
        throw diskFull(location, error);
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
      case 'ENOTDIR':
      case 'EEXIST':
      case 'ENAMETOOLONG':
      case 'ENOENT':
        throw notWritable(location, error);
      default:
        throw new MolehuntError(`could not read or write ${location}: ${error.message}`, { code: 'store-failed', cause: error });
    }
  }
}

/** Makes a folder and those above it. Not `mkdirSync` with `recursive`, which never returns for a path under /proc. */
export function ensureFolder(path: string): void {
  withFileErrors(path, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    if (dirname(path) !== path) ensureFolder(dirname(path));
    try {
      mkdirSync(path);
    } catch (error) {
      // Another process may have been faster; a file in the way is an error all the same.
      if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
    }
  });
}

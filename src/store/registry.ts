/** Which store serves a location. One lazy line per store: a command that opens none loads none. */
import type { Store } from './store.ts';

/** Where a project's runs live unless it says otherwise, relative to the working folder. */
export const DEFAULT_STORE = '.molehunt/molehunt.sqlite';

const stores: readonly { readonly serves: (location: string) => boolean; readonly open: (location: string) => Promise<Store> }[] = [
  { serves: () => true, open: async (path) => (await import('./sqlite/sqlite-store.ts')).openSqliteStore(path) },
];

/** Throws UsageError with one clear line when the store cannot be opened. */
export async function openStore(location: string): Promise<Store> {
  return stores.find(({ serves }) => serves(location))!.open(location);
}

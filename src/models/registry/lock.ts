/**
 * One process at a time. The lock is SQLite's own on a file, which the system releases when its holder dies however it
 * dies: there is no stale lock to find, no process id that may have been given to another, and it holds between
 * containers that share a cache. Does not own what is locked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/errors.ts';
import { fileError } from '../../nn/weights/atomic-file.ts';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process holds the lock. */
  readonly onWait?: () => void;
}

/** Milliseconds between two tries. */
const POLL = 100;

/** Runs `work` while this process alone holds the lock file at `path` (made when absent, left in place). */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  // Loaded here: a model that is in the cache opens without a lock.
  const { DatabaseSync } = await import('node:sqlite');
  let database: InstanceType<typeof DatabaseSync>;
  try {
    database = new DatabaseSync(path);
  } catch (error) {
    throw fileError(Object.assign(new Error(messageOf(error)), { code: 'EACCES' }), `lock ${path}`);
  }
  try {
    let told = false;
    while (!begin(database, path)) {
      if (!told) options.onWait?.();
      told = true;
      await sleep(POLL, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
    return await work();
  } finally {
    database.close();
  }
}

function begin(database: { exec(sql: string): void }, path: string): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    // SQLITE_BUSY is 5 in the low byte.
    if (error instanceof Error && 'errcode' in error && (Number(error.errcode) & 255) === 5) return false;
    throw fileError(Object.assign(new Error(messageOf(error)), { code: 'EACCES' }), `lock ${path}`);
  }
}

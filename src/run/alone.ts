/** Work that two processes must not do in the same folder at once: the second is told so, and nothing of it is begun. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { withLock } from '../models/registry/lock.ts';
import { withFileErrors } from '../store/failures.ts';

/** `lock` is a file that is made when absent and left in place; `what` ends the sentence "another process …". */
export function alone<T>(lock: string, what: string, work: () => Promise<T>): Promise<T> {
  withFileErrors(lock, () => mkdirSync(dirname(lock), { recursive: true, mode: 0o700 }));
  const refuse = (): never => {
    throw new UsageError(`another process ${what}; let it finish, or stop it, and run the same command again`, 'busy');
  };
  return withLock(lock, { onWait: refuse }, work);
}

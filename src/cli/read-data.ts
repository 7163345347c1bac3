/** A person's own data, from a file that an option names. */
import { readFileSync } from 'node:fs';
import { messageOf, UsageError } from '../core/errors.ts';

/** Throws UsageError where it cannot be read. */
export function readData(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the data ${JSON.stringify(path)}: ${messageOf(error)}`, 'bad-data', error);
  }
}

/** Loads `node:sqlite` when a store is opened, and keeps its one warning (experimental in Node 22) from the person's terminal. */
import type * as Sqlite from 'node:sqlite';
import { MolehuntError } from '../../core/errors.ts';

type Driver = typeof Sqlite;

let driver: Driver | undefined;

export function loadDriver(): Driver {
  if (driver !== undefined) return driver;
  // oxlint-disable-next-line typescript/unbound-method -- kept to be put back, and called on process
  const { emitWarning } = process;
  // The module warns while it is being loaded, synchronously; nothing else can be silenced in that moment.
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    driver = process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
  if (driver === undefined)
    throw new MolehuntError(`Node ${process.versions.node} has no SQLite; use Node 22.13 or newer`, { code: 'node-too-old' });
  return driver;
}

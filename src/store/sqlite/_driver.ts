/** Loads `node:sqlite` when a store is opened, and keeps its one warning (experimental in Node 22) from the person's terminal. */
import { MolehuntError } from '../../core/errors.ts';

type Driver = typeof import('node:sqlite');

let driver: Driver | undefined;

export function loadDriver(): Driver {
  if (driver !== undefined) return driver;
  const { emitWarning } = process;
  // The module warns while it is being loaded, synchronously; nothing else can be silenced in that moment.
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    driver = process.getBuiltinModule('node:sqlite') as Driver | undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
  if (driver === undefined) throw new MolehuntError(`Node ${process.versions.node} has no SQLite; use Node 22.13 or newer`, { code: 'node-too-old' });
  return driver;
}

/**
 * One connection to one SQLite file: prepared statements by their text, transactions, and SQLite's result codes turned
 * into errors that say what to do. Knows nothing of runs and samples.
 */
import { MolehuntError, UsageError, messageOf } from '../../core/errors.ts';
import { damaged, diskFull, notWritable } from '../failures.ts';
import { loadDriver } from './_driver.ts';
import type { StatementSync } from 'node:sqlite';

export type Value = null | number | string | Uint8Array;

export interface Connection {
  /** Several statements without parameters or rows. */
  execute(sql: string): void;
  /** The number of rows changed. */
  run(sql: string, ...values: Value[]): number;
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  all<Row>(sql: string, ...values: Value[]): Row[];
  /** All of the step or nothing. `durable` waits for the disk, so that even a power cut cannot take it back. */
  transaction<T>(step: () => T, durable?: boolean): T;
  close(): void;
}

/** How long a writer waits for another process's transaction (all of ours last milliseconds). */
const BUSY_MILLISECONDS = 30_000;

export function connect(path: string, busyMilliseconds = BUSY_MILLISECONDS): Connection {
  const attempt = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      throw translate(error, path);
    }
  };

  const database = attempt(() => new (loadDriver().DatabaseSync)(path));
  // Node 22.13 cannot be asked.
  let open = true;
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) statements.set(sql, (statement = database.prepare(sql)));
    return statement;
  };

  const connection: Connection = {
    execute: (sql) => attempt(() => database.exec(sql)),
    run: (sql, ...values) => attempt(() => Number(prepare(sql).run(...values).changes)),
    get: <Row>(sql: string, ...values: Value[]) => attempt(() => prepare(sql).get(...values) as Row | undefined),
    all: <Row>(sql: string, ...values: Value[]) => attempt(() => prepare(sql).all(...values) as Row[]),
    transaction: (step, durable = false) => {
      connection.execute(durable ? 'PRAGMA synchronous = FULL; BEGIN IMMEDIATE' : 'BEGIN IMMEDIATE');
      try {
        const result = step();
        connection.execute('COMMIT');
        return result;
      } catch (error) {
        try {
          database.exec('ROLLBACK');
        } catch {
          // A full disk rolls back by itself, and then there is nothing left to undo.
        }
        throw error;
      } finally {
        if (durable) database.exec('PRAGMA synchronous = NORMAL');
      }
    },
    close: () => {
      if (!open) return;
      open = false;
      statements.clear();
      attempt(() => database.close());
    },
  };
  try {
    // NORMAL in WAL mode: nothing committed is lost when the process is killed; a power cut may lose the last moments.
    connection.execute(`PRAGMA busy_timeout = ${busyMilliseconds}; PRAGMA synchronous = NORMAL`);
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** Result codes: https://sqlite.org/rescode.html; the low byte is the primary code. */
function translate(error: unknown, path: string): unknown {
  if (error instanceof MolehuntError || !(error instanceof Error)) return error;
  if (!('errcode' in error) || typeof error.errcode !== 'number') return error;
  switch (error.errcode & 0xff) {
    case 5:
    case 6:
      return new UsageError(
        `${path} is locked by another process; wait for it or end it, then run the same command again`,
        'store-busy',
        error,
      );
    case 3:
    case 8:
    case 14:
    case 23:
      return notWritable(path, error);
    case 10:
      return new UsageError(
        `could not read or write ${path} (${messageOf(error)}); check the disk and its free space, then run the same command again`,
        'store-failed',
        error,
      );
    case 13:
      return diskFull(path, error);
    case 11:
    case 26:
      return damaged(path, error);
    default:
      return new MolehuntError(`${path}: ${messageOf(error)}`, { code: 'store-failed', cause: error });
  }
}

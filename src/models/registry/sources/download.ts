/**
 * One file over HTTP into a folder: continued where an earlier attempt stopped, given up when nothing arrives, and
 * kept only if it is what was announced. Does not own which files to fetch (hub.ts).
 */
import { open, rename, rm, stat } from 'node:fs/promises';
import { fileError } from '../../../nn/weights/atomic-file.ts';
import { networkReason } from '../../network-reason.ts';
import { hashFile } from '../hash-file.ts';
import { SourceUnavailable } from './source.ts';

export interface RemoteFile {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** What the server declares: SHA-256 of the content, or git's name of a small file. */
  readonly checksum: { readonly kind: 'sha256' | 'git'; readonly hex: string };
}

export interface DownloadOptions {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes of this file are on disk. */
  readonly onBytes: (have: number) => void;
}

/** Attempts in a row that bring nothing new before the server is given up. */
const ATTEMPTS = 4;
/** Milliseconds without a byte after which a connection counts as dead. */
const STALL = 30_000;

/** Fetches into `target` and returns its SHA-256. Throws SourceUnavailable when the server fails or sends other bytes. */
export async function download(remote: RemoteFile, target: string, options: DownloadOptions): Promise<string> {
  if ((await sizeOf(target)) === remote.bytes) {
    const sha256 = await verified(target, remote);
    if (sha256 !== undefined) {
      options.onBytes(remote.bytes);
      return sha256;
    }
  }
  await rm(target, { force: true });
  const part = `${target}.part`;
  const resumed = (await sizeOf(part)) > 0;
  await complete(remote, part, options);
  let sha256 = await verified(part, remote);
  if (sha256 === undefined && resumed) {
    // The bytes of an earlier attempt may be to blame (a crash in the middle of a write): once more, from nothing.
    await rm(part, { force: true });
    await complete(remote, part, options);
    sha256 = await verified(part, remote);
  }
  if (sha256 === undefined) {
    await rm(part, { force: true });
    throw new SourceUnavailable(`${remote.url} sent other bytes than it declares (wrong checksum)`);
  }
  await rename(part, target);
  return sha256;
}

async function complete(remote: RemoteFile, part: string, options: DownloadOptions): Promise<void> {
  let failures = 0;
  for (;;) {
    const before = await sizeOf(part);
    if (before === remote.bytes) return options.onBytes(before);
    if (before > remote.bytes) await rm(part);
    try {
      await append(remote, part, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof TransferError)) throw error;
      failures = (await sizeOf(part)) > before ? 1 : failures + 1;
      if (error.final || failures === ATTEMPTS) throw new SourceUnavailable(error.message, error.cause);
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** failures));
    }
  }
}

class TransferError extends Error {
  readonly final: boolean;
  constructor(message: string, final: boolean, cause?: unknown) {
    super(message, { cause });
    this.final = final;
  }
}

async function append(remote: RemoteFile, part: string, options: DownloadOptions): Promise<void> {
  let have = await sizeOf(part);
  const watchdog = new AbortController();
  const timer = setTimeout(() => watchdog.abort(new Error(`nothing arrived for ${STALL / 1000} s`)), STALL);
  const signal = options.signal === undefined ? watchdog.signal : AbortSignal.any([watchdog.signal, options.signal]);
  const transfer = <T>(step: Promise<T>): Promise<T> =>
    step.catch((error: unknown) => {
      throw new TransferError(`${remote.url}: ${networkReason(watchdog.signal.aborted ? watchdog.signal.reason : error)}`, false, error);
    });
  try {
    // Ranges count bytes of what is sent, so it must not be compressed on the way.
    const headers = { ...remote.headers, 'Accept-Encoding': 'identity', ...(have > 0 ? { Range: `bytes=${have}-` } : {}) };
    const response = await transfer(options.fetch(remote.url, { headers, signal }));
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      // 416: what is here does not fit what is there.
      if (response.status === 416) await rm(part, { force: true });
      throw new TransferError(
        `${remote.url} answered ${response.status}`,
        response.status < 500 && response.status !== 416 && response.status !== 429,
      );
    }
    if (response.status !== 206) have = 0;
    else if (!response.headers.get('content-range')?.startsWith(`bytes ${have}-`))
      throw new TransferError(`${remote.url} sent another part than it was asked for`, true);
    const handle = await open(part, have > 0 ? 'a' : 'w').catch((error: unknown) => {
      throw fileError(error, `write ${part}`);
    });
    try {
      const body: ReadableStream<Uint8Array> = response.body;
      const reader = body.getReader();
      for (;;) {
        const { done, value } = await transfer(reader.read());
        if (done) break;
        timer.refresh();
        have += value.length;
        if (have > remote.bytes) throw new TransferError(`${remote.url} sent more than the ${remote.bytes} bytes it declares`, true);
        await handle.appendFile(value).catch((error: unknown) => {
          throw fileError(error, `write ${part}`);
        });
        options.onBytes(have);
      }
    } finally {
      await handle.close();
    }
    if (have < remote.bytes) throw new TransferError(`${remote.url} ended after ${have} of ${remote.bytes} bytes`, false);
  } finally {
    clearTimeout(timer);
    watchdog.abort();
  }
}

/** The file's SHA-256 if it is what was announced. */
async function verified(path: string, { checksum, bytes }: RemoteFile): Promise<string | undefined> {
  if (checksum.kind === 'git' && (await hashFile(path, { algorithm: 'sha1', prefix: `blob ${bytes}\0` })) !== checksum.hex)
    return undefined;
  const sha256 = await hashFile(path);
  return checksum.kind === 'git' || sha256 === checksum.hex ? sha256 : undefined;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

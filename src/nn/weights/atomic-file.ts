/**
 * Files that appear whole or not at all: written beside their place, flushed to the disk, then renamed.
 * Also the one place that turns the system's file errors into a line that says what to do.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, MolehuntError, UsageError } from '../../core/errors.ts';

export interface Sink {
  /** Appends; `bytes` may be reused by the caller once the promise is settled. */
  write(bytes: Uint8Array): Promise<void>;
}

/** Temporary files end in this, so that leftovers of a killed process can be recognised. */
export const PARTIAL_SUFFIX = '.partial';

/** Creates or replaces `path` with what `fill` writes. When anything fails, `path` is as it was before. */
export async function writeAtomically(path: string, fill: (sink: Sink) => Promise<void>): Promise<void> {
  const partial = `${path}.${randomBytes(6).toString('hex')}${PARTIAL_SUFFIX}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(partial, 'wx');
    try {
      await fill({ write: (bytes) => writeAll(handle, bytes) });
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw fileError(error, `write ${path}`);
  }
}

// A single write may be cut short (by the 2 GiB limit of the system call, or by a disk that fills up).
async function writeAll(handle: { write(bytes: Uint8Array): Promise<{ bytesWritten: number }> }, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes.subarray(at))).bytesWritten;
}

// Makes the rename itself durable. Windows cannot open folders, and has no need to.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => {});
  await handle.close();
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'your disk quota is used up; free some space',
  EACCES: 'no permission; check the owner and mode of the folder',
  EPERM: 'no permission; check the owner and mode of the folder',
  EROFS: 'the file system is read-only; choose another folder',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of the path is a file, not a folder',
  EFBIG: 'the file would be larger than this file system or your limits allow',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
};

/** `action` completes "cannot …". Errors of our own, and anything that is not about files, come back unchanged. */
export function fileError(error: unknown, action: string): unknown {
  if (error instanceof MolehuntError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const advice = ADVICE[code];
  if (advice === undefined && !('syscall' in error)) return error;
  return new UsageError(`cannot ${action}: ${advice ?? messageOf(error)}`, `file-${code.toLowerCase()}`, error);
}

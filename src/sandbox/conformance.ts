/**
 * What every sandbox must do, and what nothing in one may do, as tests: each attack is a real program (`_attacks.ts`) that
 * runs inside. Takes the test runner as an argument, so that it can be published (`molehunt/testing`) without depending on one.
 * A machine that runs it needs /usr/bin/python3; the tests of what is left behind need to see its processes in /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '../core/random.ts';
import type { TestRunner } from '../core/test-runner.ts';
import { attacks } from './_attacks.ts';
import { WORK_FOLDER, type Sandbox, type SandboxCommand, type SandboxLimits, type SandboxResult } from './sandbox.ts';

const TIMEOUT = 60_000;
const KILLS = 8;
const MIB = 2 ** 20;

const LIMITS: SandboxLimits = {
  wallSeconds: 20,
  cpuSeconds: 10,
  memoryBytes: 128 * MIB,
  processes: 8,
  outputBytes: 2 ** 16,
  diskBytes: 8 * MIB,
};

interface Seen {
  readonly result: SandboxResult;
  readonly stdout: string;
  readonly stderr: string;
}

export function sandboxConformance(name: string, open: () => Promise<Sandbox>, { test, expect }: TestRunner): void {
  const check = (title: string, body: (sandbox: Sandbox) => Promise<void>): void =>
    test(`${name}: ${title}`, async () => body(await open()), TIMEOUT);

  const see = async (sandbox: Sandbox, command: Partial<SandboxCommand> & Pick<SandboxCommand, 'argv'>): Promise<Seen> => {
    const result = await sandbox.run({ limits: LIMITS, ...command });
    if (result.kind === 'failure') return { result, stdout: '', stderr: '' };
    const [stdout, stderr] = [result.stdout, result.stderr].map(({ bytes }) => Buffer.from(bytes).toString('utf8'));
    return { result, stdout: stdout!, stderr: stderr! };
  };
  const python = (sandbox: Sandbox, source: string, given: unknown = null, more: Partial<SandboxCommand> = {}): Promise<Seen> =>
    see(sandbox, { argv: ['/usr/bin/python3', '-I', '-B', '-S', '-c', source, JSON.stringify(given)], ...more });
  const shell = (sandbox: Sandbox, script: string, more: Partial<SandboxCommand> = {}): Promise<Seen> =>
    see(sandbox, { argv: ['/bin/sh', '-c', script], ...more });
  /** What an attack got. One that could not finish has not been tried. */
  const loot = async (sandbox: Sandbox, source: string, given: unknown = null): Promise<unknown> => {
    const { result, stdout, stderr } = await python(sandbox, source, given);
    expect([result.kind, stderr]).toEqual(['exited', '']);
    return JSON.parse(stdout.trim().split('\n').at(-1)!);
  };
  const limited = (over: Partial<SandboxLimits>): { limits: SandboxLimits } => ({ limits: { ...LIMITS, ...over } });
  const codeOf = (step: () => Promise<unknown>): Promise<unknown> =>
    step().then(
      () => 'nothing was thrown',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );

  check('what goes in arrives, and what comes out is what was written', async (sandbox) => {
    const script = 'cat "$1" a/b/raw; cat; printf %s "$SETTING" >&2; printf "\\033[31m\\377\\000" ; exit 7';
    const { result } = await see(sandbox, {
      argv: ['/bin/sh', '-c', script, 'sh', 'with space é\n"$(id)"'],
      files: { 'with space é\n"$(id)"': 'one ', 'a/b/raw': Uint8Array.of(0, 255, 10) },
      stdin: 'three',
      environment: { SETTING: 'a b=c\n' },
    });
    expect(result).toMatchObject({ kind: 'exited', code: 7, files: {}, stdout: { truncated: false }, stderr: { truncated: false } });
    if (result.kind !== 'exited') return;
    expect([...result.stdout.bytes]).toEqual([...Buffer.from('one \0\xff\nthree\x1b[31m\xff\0', 'latin1')]);
    expect(Buffer.from(result.stderr.bytes).toString()).toEqual('a b=c\n');
  });

  check('a command has what it was given, and no rights', async (sandbox) => {
    expect(await loot(sandbox, attacks.self)).toEqual({
      fds: ['0', '1', '2'],
      environment: { PATH: '/usr/bin:/bin', HOME: WORK_FOLDER, LANG: 'C.UTF-8' },
      folder: WORK_FOLDER,
      files: [],
      scratch: [],
      ids: [1000, 1000, 1000, 1000, 1000, 1000],
      rights: ['', '', '', '', ''],
      noNewRights: '1',
      host: 'localhost',
      interfaces: ['lo'],
    });
  });

  check('every way to end has its name', async (sandbox) => {
    expect((await shell(sandbox, 'kill -SEGV $$')).result).toMatchObject({ kind: 'signalled', signal: 11 });
    expect((await shell(sandbox, 'kill -TERM $$')).result).toMatchObject({ kind: 'signalled', signal: 15 });
    expect((await shell(sandbox, 'exit 128')).result).toMatchObject({ kind: 'exited', code: 128 });
    expect(await sandbox.run({ argv: ['/usr/bin/no-such-program'], limits: LIMITS })).toMatchObject({
      kind: 'failure',
      boundary: 'sandbox',
    });
    expect(await sandbox.run({ argv: ['./data'], files: { data: '#!/bin/sh\n' }, limits: LIMITS })).toMatchObject({ kind: 'failure' });
    const { usage } = (await python(sandbox, 'import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass'))
      .result as { usage: { cpuSeconds: number; wallSeconds: number } };
    expect([usage.cpuSeconds >= 0.3, usage.cpuSeconds < 2, usage.wallSeconds >= 0.3]).toEqual([true, true, true]);
  });

  check('a command that cannot be one is refused before anything starts', async (sandbox) => {
    const wrong: readonly Partial<SandboxCommand>[] = [
      { argv: ['python3'] },
      { argv: ['/usr/bin/true', 'a\0b'] },
      { files: { '../x': '' } },
      { files: { '/etc/passwd': '' } },
      { files: { big: new Uint8Array(LIMITS.diskBytes + 1) } },
      { collect: ['a/../../etc/passwd'] },
      { environment: { 'A=B': 'c' } },
      limited({ wallSeconds: 0 }),
      limited({ memoryBytes: Number.NaN }),
    ];
    for (const part of wrong)
      expect(await codeOf(() => sandbox.run({ argv: ['/usr/bin/true'], limits: LIMITS, ...part }))).toEqual('sandbox-command');
  });

  check('long arguments arrive, and too long ones are a failure of ours', async (sandbox) => {
    const { stdout } = await shell(sandbox, 'printf %s "$0" | wc -c', {
      argv: ['/bin/sh', '-c', 'printf %s "$0" | wc -c', 'x'.repeat(100_000)],
    });
    expect(stdout.trim()).toEqual('100000');
    const argv = ['/usr/bin/true', ...Array<string>(60).fill('x'.repeat(100_000))] as const;
    expect(await sandbox.run({ argv, limits: LIMITS })).toMatchObject({ kind: 'failure', boundary: 'sandbox' });
    expect((await shell(sandbox, 'exit 0')).result).toMatchObject({ kind: 'exited', code: 0 });
  });

  check('many run at once and share nothing', async (sandbox) => {
    const script = 'ls /tmp; echo "$0" > /tmp/x; echo "$0" > x; sleep 0.1; cat /tmp/x x';
    const seen = await Promise.all(
      Array.from({ length: 24 }, (_, i) => see(sandbox, { argv: ['/bin/sh', '-c', script, `me-${i}`], collect: ['x'] })),
    );
    for (const [i, { stdout, result }] of seen.entries()) {
      expect([stdout, result.kind]).toEqual([`me-${i}\nme-${i}\n`, 'exited']);
      expect(result.kind === 'exited' && Buffer.from(result.files['x']!).toString()).toEqual(`me-${i}\n`);
    }
  });

  check('only regular files come back, and no link is followed', async (sandbox) => {
    const collect = ['link', 'host', 'folder-link/file', 'etc/passwd', 'fifo', 'folder', 'absent', 'hard', 'plain', 'empty', 'real/file'];
    const { result } = await python(sandbox, attacks.links, import.meta.filename, { collect });
    expect(result).toMatchObject({ kind: 'exited', code: 0 });
    if (result.kind !== 'exited') return;
    expect(Object.keys(result.files).sort()).toEqual(['empty', 'hard', 'plain', 'real/file']);
    expect([...result.files['plain']!]).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });

  check('the host’s files cannot be read', async (sandbox) => {
    const secret = mkdtempSync(join(tmpdir(), 'molehunt-secret-'));
    writeFileSync(join(secret, 'file'), 'secret', { mode: 0o777 });
    const here = import.meta.filename;
    const folders = ['/root', '/home/..', '/var', '/opt', '/srv', '/run', '/sys', '/boot', '/mnt', '/media'].filter(
      (path) => path !== '/home/..',
    );
    const paths = [...folders, '/etc/shadow', '/etc/hostname', '/etc/ssh', '/proc/kcore', homedir(), here, process.cwd(), secret];
    const ways = [
      ...paths,
      join(secret, 'file'),
      ...paths.map((path) => `/proc/1/root${path}`),
      ...paths.map((path) => `/proc/self/cwd/../../..${path}`),
    ];
    try {
      expect(await loot(sandbox, attacks.reads, ways)).toEqual([]);
    } finally {
      rmSync(secret, { recursive: true });
    }
  });

  check('nothing outside its own places can be written', async (sandbox) => {
    const here = import.meta.filename;
    expect(await loot(sandbox, attacks.writes, [here, join(homedir(), 'x'), join(tmpdir(), 'a', 'x')])).toEqual([]);
  });

  check('no server of the host can be reached', async (sandbox) => {
    const scratch = mkdtempSync(join(tmpdir(), 'molehunt-sockets-'));
    const abstract = `\0molehunt-${process.pid}`;
    const visits: string[] = [];
    const servers = await Promise.all(
      [{ port: 0, host: '127.0.0.1' }, { path: abstract }, { path: join(scratch, 'socket') }].map(async (where) => {
        const server = createServer((visitor) => void (visits.push(JSON.stringify(where)), visitor.destroy()));
        await once(server.listen(where), 'listening');
        return server;
      }),
    );
    try {
      const { port } = servers[0]!.address() as { port: number };
      const given = [
        ['127.0.0.1', port],
        ['::1', port],
        ['0.0.0.0', port],
        ['1.1.1.1', 53],
        ['169.254.169.254', 80],
        abstract,
        join(scratch, 'socket'),
      ];
      expect([await loot(sandbox, attacks.connects, given), visits]).toEqual([[], []]);
    } finally {
      servers.forEach((server) => server.close());
      rmSync(scratch, { recursive: true });
    }
  });

  check('the host’s processes cannot be seen or signalled', async (sandbox) => {
    const { stdout } = await python(sandbox, attacks.processes, [process.pid, process.ppid]);
    const [seen, signalled] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as number[]);
    expect([seen!.length <= 4, signalled]).toEqual([true, []]);
  });

  check('no right can be gained', async (sandbox) => {
    expect(await loot(sandbox, attacks.rights)).toEqual([]);
  });

  check('what watches over it can be harmed, but not made to report a failure of ours', async (sandbox) => {
    const { result, stdout } = await python(sandbox, attacks.supervisor, null, { collect: ['x'], ...limited({ wallSeconds: 3 }) });
    expect([result.kind === 'failure', stdout]).toEqual([false, 'alive\n']);
  });

  check('time is bounded, whatever signals are ignored', async (sandbox) => {
    const before = performance.now();
    const { result } = await python(sandbox, attacks.stubborn, null, limited({ wallSeconds: 0.6 }));
    expect(result).toMatchObject({ kind: 'limit', limit: 'wall' });
    expect(performance.now() - before < 5_000).toEqual(true);
  });

  check('processor time is bounded, alone and together', async (sandbox) => {
    expect((await python(sandbox, attacks.spin, 0, limited({ cpuSeconds: 0.4 }))).result).toMatchObject({ kind: 'limit', limit: 'cpu' });
    expect((await python(sandbox, attacks.spin, 3, limited({ cpuSeconds: 0.8 }))).result).toMatchObject({ kind: 'limit', limit: 'cpu' });
  });

  check('processes and threads are bounded', async (sandbox) => {
    expect((await python(sandbox, attacks.forks)).result).toMatchObject({ kind: 'limit', limit: 'processes' });
    expect((await python(sandbox, attacks.threads)).result).toMatchObject({ kind: 'limit', limit: 'processes' });
    const few = 'import os, time\nfor _ in range(6):\n  if os.fork() == 0: time.sleep(0.2); os._exit(0)\nfor _ in range(6): os.wait()';
    expect((await python(sandbox, few)).result).toMatchObject({ kind: 'exited', code: 0 });
  });

  check('memory is bounded, alone and together', async (sandbox) => {
    const alone = await python(sandbox, attacks.memory);
    expect([alone.result.kind, alone.stderr.includes('MemoryError')]).toEqual(['exited', true]);
    const together = await python(sandbox, attacks.memoryInChildren, { children: 6, mib: 40 });
    expect(together.result).toMatchObject({ kind: 'limit', limit: 'memory' });
    expect((await python(sandbox, attacks.memoryShared, 256)).result).toMatchObject({ kind: 'limit', limit: 'memory' });
    // Pages that a child shares with its parent are one set of pages.
    const shared =
      'import os, time\nheld = bytearray(b"x") * (80 << 20)\nfor _ in range(4):\n  if os.fork() == 0: time.sleep(0.2); os._exit(0)\nfor _ in range(4): os.wait()';
    expect((await python(sandbox, shared)).result).toMatchObject({ kind: 'exited', code: 0 });
  });

  check('disk is bounded, in bytes and in files', async (sandbox) => {
    const sizes = (await loot(sandbox, attacks.disk, [WORK_FOLDER, '/tmp', '/dev/shm'])) as number[];
    expect(sizes.map((size) => size <= LIMITS.diskBytes / MIB)).toEqual([true, true, true]);
    expect(sizes[0]! >= LIMITS.diskBytes / MIB - 1).toEqual(true);
    expect((await python(sandbox, attacks.manyFiles)).result).toMatchObject({ kind: 'limit', limit: 'disk' });
  });

  check('output is cut, and a flood is stopped', async (sandbox) => {
    const some = await shell(sandbox, 'head -c 100000 /dev/zero; echo end >&2');
    expect(some.result).toMatchObject({ kind: 'exited', code: 0, stdout: { truncated: true }, stderr: { truncated: false } });
    expect([some.stdout.length, some.stderr]).toEqual([LIMITS.outputBytes, 'end\n']);
    const flood = await python(sandbox, attacks.flood);
    expect(flood.result).toMatchObject({ kind: 'limit', limit: 'output', stdout: { truncated: true } });
    expect(flood.stdout.length).toEqual(LIMITS.outputBytes);
  });

  check('a daemon does not outlive its command', async (sandbox) => {
    const marker = markerOf(name, 'daemon');
    const { result, stdout } = await python(sandbox, attacks.daemon, marker);
    expect([result.kind, stdout, running(marker)]).toEqual(['exited', 'left\n', []]);
  });

  check('an aborted command throws the reason and leaves nothing', async (sandbox) => {
    const marker = markerOf(name, 'abort');
    const sleep = (signal: AbortSignal): Promise<SandboxResult> =>
      sandbox.run({ argv: ['/usr/bin/sleep', marker], limits: LIMITS, signal });
    const reason = new Error('enough');
    const thrown = (signal: AbortSignal): Promise<unknown> =>
      sleep(signal).then(
        () => 'ran',
        (error: unknown) => error,
      );
    expect(await thrown(AbortSignal.abort(reason))).toEqual(reason);
    // While they start, while they run, and while they wait for their turn.
    for (const after of [0, 5, 10, 400]) {
      const controller = new AbortController();
      const all = Promise.all(Array.from({ length: 12 }, () => thrown(controller.signal)));
      setTimeout(() => controller.abort(reason), after);
      expect(await all).toEqual(Array(12).fill(reason));
      expect(running(marker)).toEqual([]);
    }
    expect((await shell(sandbox, 'exit 0')).result).toMatchObject({ kind: 'exited', code: 0 });
  });

  check(`killed ${KILLS} times at any moment, the caller leaves no process and no file`, async () => {
    const marker = markerOf(name, 'kill');
    const scratch = mkdtempSync(join(tmpdir(), 'molehunt-killed-'));
    const script = fileURLToPath(new URL(`./_conformance-child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));
    const random = createRandom('conformance', name);
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const child = spawn(process.execPath, [script], {
          env: { ...process.env, MARKER: marker, TMPDIR: scratch },
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        await once(child.stdout, 'data');
        await new Promise((resolve) => setTimeout(resolve, random.integer(150)));
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      for (let wait = 0; wait < 50 && running(marker).length > 0; wait++) await new Promise((resolve) => setTimeout(resolve, 100));
      expect([running(marker), readdirSync(scratch)]).toEqual([[], []]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
}

/** A number of seconds that nobody else sleeps for. */
function markerOf(name: string, purpose: string): string {
  return `86400.${process.pid}${createRandom('marker', name, purpose).integer(1_000_000)}`;
}

/** Host's ids of processes with `marker` among their arguments. */
function running(marker: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(marker);
    } catch {
      return false;
    }
  });
}

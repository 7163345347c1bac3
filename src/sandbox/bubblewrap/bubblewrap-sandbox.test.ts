import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inSandbox } from '../../../test/support/sandbox.ts';
import { attacks } from '../_attacks.ts';
import { sandboxConformance } from '../conformance.ts';
import { findSandbox, openSandbox } from '../registry.ts';
import { ABSENT, FORBIDDEN } from './_syscalls.ts';
import { createBubblewrapSandbox } from './bubblewrap-sandbox.ts';

const limits = { wallSeconds: 10, cpuSeconds: 5, memoryBytes: 2 ** 27, processes: 8, outputBytes: 2 ** 16, diskBytes: 2 ** 20 };
const python = (source: string, given: unknown): readonly [string, ...string[]] => {
  const flags = ['-I', '-B', '-S', '-c'];
  return ['/usr/bin/python3', ...flags, source, JSON.stringify(given)];
};

// The suite opens the sandbox when its tests run, so that they can be skipped, or fail, one by one.
sandboxConformance('bubblewrap', async () => openSandbox(process.env), {
  // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- the suite's own
  test: (name, body, timeout) => test(name, inSandbox(body), timeout),
  expect,
});

test(
  'every call in the table is refused by the kernel, and so is every family of sockets but three',
  inSandbox(async (sandbox) => {
    if (!sandbox.filtersCalls) return;
    const column = process.arch === 'x64' ? 0 : 1;
    const numbers = Object.entries({ ...ABSENT, ...FORBIDDEN }).map(([name, pair]) => [name, pair[column]] as const);
    const given = Object.fromEntries(numbers.filter(([, number]) => number !== null));
    const result = await sandbox.run({ argv: python(attacks.calls, given), limits });
    expect(result).toMatchObject({ kind: 'exited', code: 0 });
    expect(result.kind === 'exited' && JSON.parse(Buffer.from(result.stdout.bytes).toString())).toEqual([]);
  }),
);

test(
  'a descriptor that leaked into us goes no further',
  inSandbox(async () => {
    const folder = openSync('/', 'r');
    try {
      const program = `
      const { openSandbox } = await import(${JSON.stringify(new URL('../registry.ts', import.meta.url).href)});
      const sandbox = await openSandbox(process.env);
      const result = await sandbox.run({ argv: ['/bin/ls', '/proc/self/fd', '/proc/1/fd'], limits: ${JSON.stringify(limits)} });
      console.log(JSON.stringify(Buffer.from(result.stdout.bytes).toString()));`;
      // Beyond a gap, where Node does not look for descriptors to close.
      const stdio = ['ignore', 'pipe', 'inherit', ...Array<'ignore'>(37).fill('ignore'), folder] as const;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', stdio: [...stdio] });
      const [first, own] = (JSON.parse(stdout) as string).split('/proc/self/fd:');
      expect(own!.match(/^\d+$/gm)).toEqual(['0', '1', '2', '3']);
      expect(first!.match(/^\d+$/gm)).not.toContain('40');
    } finally {
      closeSync(folder);
    }
  }),
);

test('what is missing is said with what mends it', async () => {
  const missing = await findSandbox({ PATH: '/nowhere' });
  expect(missing).toEqual({ kind: 'missing', reason: 'bubblewrap is not installed', mend: 'apt-get install bubblewrap' });
  await expect(openSandbox({})).rejects.toMatchObject({
    code: 'no-sandbox',
    exitCode: 2,
    message: 'bubblewrap is not installed; apt-get install bubblewrap',
  });

  // Run by root, the sandbox's command is another user's, who may not get into a private temporary folder.
  const folder = mkdtempSync('/tmp/molehunt-bwrap-');
  try {
    const pretend = async (script: string): Promise<unknown> => {
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, 'bwrap'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return findSandbox({ PATH: folder });
    };
    expect(await pretend('echo bubblewrap 0.4.0')).toMatchObject({
      reason: 'bubblewrap is too old, or not what it seems (bubblewrap 0.4.0)',
    });
    const forbidden =
      'if [ "$1" = --version ]; then echo bubblewrap 0.8.0; else echo "bwrap: No permissions to create a new namespace" >&2; exit 1; fi';
    expect(await pretend(forbidden)).toMatchObject({
      kind: 'missing',
      reason: expect.stringContaining('bubblewrap does not work here (bwrap: No permissions') as unknown,
      mend: expect.stringMatching(/sysctl|user namespaces/) as unknown,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a sandbox that cannot be made is a failure, never an observation', async () => {
  const command = { argv: ['/usr/bin/true'], limits } as const;
  expect(await createBubblewrapSandbox('/nowhere/bwrap').run(command)).toMatchObject({ kind: 'failure', boundary: 'sandbox' });
  expect(await createBubblewrapSandbox('/usr/bin/false').run(command)).toMatchObject({ kind: 'failure', boundary: 'sandbox' });
  // Says that it exited, and is not the supervisor.
  expect(await createBubblewrapSandbox('/usr/bin/echo').run(command)).toMatchObject({ kind: 'failure', boundary: 'sandbox' });
});

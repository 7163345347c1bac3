/** Is there a `bwrap` here that works, and if not, why not? Finds out by running it. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../core/errors.ts';
import type { Availability } from '../registry.ts';
import { createBubblewrapSandbox } from './bubblewrap-sandbox.ts';

/** `--size`, which bounds what is written, came with this one. */
const OLDEST: Version = [0, 7];
/** Since then Linux counts processes for each user namespace, so that one sandbox does not use up another's. */
const OLDEST_LINUX: Version = [5, 14];

type Version = readonly [major: number, minor: number];

const TRIAL = { wallSeconds: 10, cpuSeconds: 10, memoryBytes: 2 ** 28, processes: 8, outputBytes: 4096, diskBytes: 2 ** 20 } as const;

/** What forbids user namespaces on the systems that do, and the command that allows them. */
const SWITCHES: readonly { readonly path: string; readonly forbids: string; readonly mend: string }[] = [
  {
    path: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    forbids: '1',
    mend: 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile for bwrap',
  },
  { path: '/proc/sys/kernel/unprivileged_userns_clone', forbids: '0', mend: 'sysctl -w kernel.unprivileged_userns_clone=1' },
  { path: '/proc/sys/user/max_user_namespaces', forbids: '0', mend: 'sysctl -w user.max_user_namespaces=15000' },
];

export async function findBubblewrap(env: Readonly<Record<string, string | undefined>>): Promise<Availability> {
  if (process.platform !== 'linux') return missing('a sandbox needs Linux', 'run this on Linux, in a virtual machine if need be');
  if (older(versionIn(release()), OLDEST_LINUX))
    return missing(`a sandbox needs Linux ${OLDEST_LINUX.join('.')}, and this is ${release()}`, 'install a newer kernel');
  const bwrap = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => {
    const path = join(folder, 'bwrap');
    return folder !== '' && isExecutable(path) ? [path] : [];
  })[0];
  if (bwrap === undefined) return missing('bubblewrap is not installed', 'apt-get install bubblewrap');
  if (!existsSync('/bin/bash')) return missing('a sandbox needs /bin/bash', 'apt-get install bash');
  const said = await promisify(execFile)(bwrap, ['--version'], { env: {} }).then(({ stdout }) => stdout.trim(), messageOf);
  if (older(versionIn(said), OLDEST))
    return missing(`bubblewrap is too old, or not what it seems (${said.split('\n')[0]!})`, `install ${OLDEST.join('.')} or newer`);

  const sandbox = createBubblewrapSandbox(bwrap);
  const trial = await sandbox.run({ argv: ['/usr/bin/env', 'true'], limits: TRIAL });
  if (trial.kind === 'exited' && trial.code === 0) return { kind: 'available', sandbox, version: said };
  const why = trial.kind === 'failure' ? trial.reason : `a trial ended with ${trial.kind}`;
  const found = SWITCHES.find(({ path, forbids }) => existsSync(path) && readFileSync(path, 'utf8').trim() === forbids);
  return missing(
    `bubblewrap does not work here (${why})`,
    found?.mend ?? 'allow user namespaces, or leave the container that forbids them',
  );
}

const missing = (reason: string, mend: string): Availability => ({ kind: 'missing', reason, mend });

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionIn(text: string): Version {
  const found = /(\d+)\.(\d+)/.exec(text);
  return [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
}

const older = (a: Version, b: Version): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

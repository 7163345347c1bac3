/**
 * Starts `bwrap` with everything that goes in and everything that comes out, and can end it. Owns the processes and their
 * descriptors; does not know limits of a whole sandbox, nor what an end means.
 *
 * From outside in: `bwrap`, which dies with us → the supervisor (`_supervisor.ts`), the first process inside → the command.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex, Readable, Writable } from 'node:stream';
import { messageOf } from '../../core/errors.ts';
import type { SandboxCommand } from '../sandbox.ts';
import { bubblewrapArguments, placeInside, SYSTEM_FILES, type Inlet } from './_arguments.ts';
import { CONTROL_FD, supervise } from './_supervisor.ts';

const FIRST_INLET_FD = CONTROL_FD + 1;

/**
 * Root runs sandboxes as nobody: a way out would then lead to no rights, and Linux counts the processes of anyone but root. Others
 * run them as themselves.
 */
const NOBODY = 65_534;

/** After everything was killed, how long its descriptors may take to close. */
const CLOSE_WITHIN_MS = 5_000;

export interface Box {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** To and from the supervisor. */
  readonly control: Duplex;
  /** The first process inside, as the host numbers it; null before bwrap has made it and when it has ended. */
  pid(): number | null;
  /**
   * Ends all of it, through its first process; before there is one nothing has run yet, and without `control` nothing will. Never
   * through bwrap: killed at the wrong moment, it leaves a first process that waits for it forever. (The kernel does kill
   * it so if we die within the microseconds of that moment: an idle process, and nothing has run in it.)
   */
  kill(): void;
  /** Resolves when all of it has ended and all it said has arrived, with why that is our fault, or null. */
  readonly closed: Promise<string | null>;
}

/** Throws when no process could be made. */
export function launch(bwrap: string, filter: Uint8Array | null, command: SandboxCommand): Box {
  const files = Object.entries({ ...SYSTEM_FILES, ...placed(command.files ?? {}) }).map(([path, content], i) => ({
    path,
    content,
    fd: FIRST_INLET_FD + i,
  }));
  const filterInlet = filter === null ? null : { fd: FIRST_INLET_FD + files.length, content: filter };
  const inlets: readonly Inlet[] = filterInlet === null ? files : [...files, filterInlet];
  const world = bubblewrapArguments({ diskBytes: command.limits.diskBytes, files, filter: filterInlet });

  const child = spawn(bwrap, [...world, ...supervise(command)], {
    // A folder that whoever runs it may enter.
    cwd: '/',
    env: {},
    stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', 'pipe', ...inlets.map(() => 'pipe' as const)],
    ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  for (const { fd, content } of inlets) pour(child.stdio[fd] as Writable, content);
  if (command.stdin !== undefined) pour(child.stdin!, command.stdin);

  const control = child.stdio[CONTROL_FD] as Duplex;
  control.on('error', () => {});
  let fault: string | null = null;
  let first: number | null = null;
  let ended = false;
  const pid = (): number | null => (ended ? null : (first ??= childOf(child.pid)));
  let ending = false;
  const kill = (): void => {
    ending = true;
    control.destroy();
    const target = pid();
    if (target !== null) killProcess(target);
  };

  const closed = new Promise<string | null>((resolve) => {
    child.on('error', (error) => void (fault ??= messageOf(error)));
    child.once('exit', (_code, signal) => {
      if (!ending && signal !== null) fault ??= `bwrap was ended from outside by ${signal}`;
      // From here on the number may be another process's.
      ended = true;
      setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), CLOSE_WITHIN_MS).unref();
    });
    child.once('close', () => resolve(fault));
  });
  return { stdout: child.stdout!, stderr: child.stderr!, control, pid, kill, closed };
}

const placed = (files: NonNullable<SandboxCommand['files']>): Record<string, string | Uint8Array> =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [placeInside(path), content]));

/** Whoever does not read to the end has no need of the rest. */
function pour(stream: Writable, content: string | Uint8Array): void {
  stream.on('error', () => {});
  stream.end(content);
}

/** By asking bwrap (`--info-fd`) we would be told at exactly the wrong moment: see `kill`. */
function childOf(pid: number | undefined): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')[0]) || null;
  } catch {
    return null;
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

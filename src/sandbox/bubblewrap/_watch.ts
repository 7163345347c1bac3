/**
 * Looks at a running sandbox from outside: what all of its processes use together, read from the sandbox's own `/proc` and
 * file systems through the root of its first process. Owns the reading and the comparison with limits; kills nothing.
 *
 * A look is a moment. What may happen between two of them is bounded by the limits of each process (`_supervisor.ts`).
 */
import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { WORK_FOLDER, type LimitName, type SandboxLimits } from '../sandbox.ts';

/** Ours, and not counted. */
const SUPERVISOR = '1';
/** `/proc` counts processor time in this, on every processor that Linux runs on (USER_HZ). */
const TICKS_PER_SECOND = 100;
const FOLDERS = [WORK_FOLDER, '/tmp', '/dev/shm'] as const;
/** A file costs the kernel memory even when it is empty; no honest disk has more of them than blocks. */
const BYTES_PER_FILE = 4096;
/** Folders and whatever else a new file system has. */
const SPARE_FILES = 64;

export interface Look {
  /** Of everything that ran so far. */
  readonly cpuSeconds: number;
  readonly over: LimitName | null;
}

/** Null when the sandbox is gone. `pid` is its first process, as the host numbers it. Throws when it may not be looked at. */
export function look(pid: number, limits: SandboxLimits): Look | null {
  return ifThere(() => {
    const root = `/proc/${pid}/root`;
    const names = readdirSync(`${root}/proc`).filter((name) => /^\d+$/.test(name));
    const processes = names.flatMap((name) => processAt(`${root}/proc/${name}`, name === SUPERVISOR) ?? []);
    const total = (field: 'ticks' | 'threads' | 'kib'): number => processes.reduce((sum, process) => sum + process[field], 0);
    const cpuSeconds = total('ticks') / TICKS_PER_SECOND;
    const mostKib = limits.memoryBytes / 1024;
    const mostFiles = limits.diskBytes / BYTES_PER_FILE + SPARE_FILES;
    const over = (): LimitName | null => {
      if (cpuSeconds > limits.cpuSeconds) return 'cpu';
      if (total('threads') > limits.processes) return 'processes';
      // Pages that processes share are counted once only by the slower reading.
      if (total('kib') > mostKib && proportionalKib(`${root}/proc`, names) > mostKib) return 'memory';
      return FOLDERS.some((folder) => filesIn(root + folder) > mostFiles) ? 'disk' : null;
    };
    return { cpuSeconds, over: over() };
  });
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');

function ifThere<T>(step: () => T): T | null {
  try {
    return step();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

function processAt(folder: string, ours: boolean): { ticks: number; threads: number; kib: number } | null {
  return ifThere(() => {
    const stat = readFileSync(`${folder}/stat`, 'latin1');
    // The name before the last bracket is the command's to choose.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    // From proc(5), less the two fields before: utime, stime, and those of children that were waited for.
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
    if (ours) return { ticks, threads: 0, kib: 0 };
    return { ticks, threads: fields[17]!, kib: kibIn(readFileSync(`${folder}/status`, 'latin1'), /^Rss(?:Anon|Shmem):\s+(\d+)/gm) };
  });
}

const kibIn = (text: string, field: RegExp): number => [...text.matchAll(field)].reduce((sum, match) => sum + Number(match[1]), 0);

function proportionalKib(proc: string, processes: readonly string[]): number {
  return processes.reduce((sum, name) => {
    const text = ifThere(() => readFileSync(`${proc}/${name}/smaps_rollup`, 'latin1'));
    return sum + (text === null ? 0 : kibIn(text, /^Pss_(?:Anon|Shmem):\s+(\d+)/gm));
  }, 0);
}

function filesIn(folder: string): number {
  const { files, ffree } = statfsSync(folder);
  return files - ffree;
}

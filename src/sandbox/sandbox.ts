/**
 * A sandbox runs one command in a fresh world that is gone afterwards: no network, none of the host's files but a
 * read-only `/usr`, bounded memory, processes, disk, output and time. Whatever runs in it is taken for hostile.
 * Owns the contract; what each implementation defends, and what it does not, is docs/decisions/2026-11-25-sandbox.md.
 */

/** Inside: the folder of the command's files, where it starts. Writable, as are `/tmp` and `/dev/shm`; all are empty at first. */
export const WORK_FOLDER = '/home/user';

export interface Sandbox {
  /** Which implementation: `bubblewrap`. */
  readonly id: string;
  /** True when system calls are filtered too; without it, one wall fewer stands between the command and the kernel. */
  readonly filtersCalls: boolean;

  /**
   * Runs one command in a sandbox of its own, and resolves when nothing of it is left: no process, no file. Any number
   * may be asked for at once; some of them wait for their turn, and no time is counted against them while they do.
   * Throws UsageError for a command that cannot be one, and `command.signal`'s reason once that is aborted.
   */
  run(command: SandboxCommand): Promise<SandboxResult>;
}

export interface SandboxCommand {
  /** Program and arguments. The program is a path as seen inside: absolute, or `./…` for one of `files`. */
  readonly argv: readonly [program: string, ...args: string[]];
  readonly limits: SandboxLimits;
  /** Path relative to the work folder → content. Parents are made. None is executable. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** What the command reads; nothing by default. */
  readonly stdin?: string | Uint8Array;
  /** Added to PATH, HOME and LANG, which it may replace. Nothing of the host's environment goes in. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files to bring back once the command has exited by itself: paths relative to the work folder. */
  readonly collect?: readonly string[];
  readonly signal?: AbortSignal;
}

/** All positive. Each holds for all processes of the command together, unless it says otherwise. */
export interface SandboxLimits {
  /** From the start of the command itself; making the sandbox is not counted. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Memory in use. A single process that asks for more is refused it (it sees ENOMEM) and may go on. */
  readonly memoryBytes: number;
  /** Processes and threads at the same time. */
  readonly processes: number;
  /** Kept of standard output, and as much again of standard error. The rest is dropped; many times as much is a flood. */
  readonly outputBytes: number;
  /** In the work folder, and as much again in `/tmp`; a write beyond it fails with ENOSPC. Too many files is too much disk. */
  readonly diskBytes: number;
}

export type LimitName = 'wall' | 'cpu' | 'memory' | 'processes' | 'output' | 'disk';

/** How it ended: a closed union. Only `failure` is about us; it says nothing about the command, and is never an observation. */
export type SandboxResult =
  | (Observed & {
      readonly kind: 'exited';
      readonly code: number;
      /** Of `collect`: what is a regular file there and not reached through a link. Others are absent. */
      readonly files: Readonly<Record<string, Uint8Array>>;
    })
  /** Ended by a signal of its own making. A command that exits with 128 + n is taken for one, as shells do. */
  | (Observed & { readonly kind: 'signalled'; readonly signal: number })
  /** Ended by us, all of it, because it went over a limit. */
  | (Observed & { readonly kind: 'limit'; readonly limit: LimitName })
  /** The sandbox itself failed, or has no such program. */
  | { readonly kind: 'failure'; readonly boundary: 'sandbox'; readonly reason: string };

export interface Observed {
  /** Bytes as written: escape sequences and broken encodings included (core/text.ts is the way to a terminal). */
  readonly stdout: Output;
  readonly stderr: Output;
  readonly usage: { readonly wallSeconds: number; readonly cpuSeconds: number };
}

export interface Output {
  readonly bytes: Uint8Array;
  /** More was written than was kept. */
  readonly truncated: boolean;
}

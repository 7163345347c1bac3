/**
 * The one family of errors. Owns: who is to blame (boundary), a stable code for programs, the exit code,
 * and a message that says what to do next. Does not own: how an error is printed (cli/) or recorded (core/outcome.ts).
 */

/** Where a failure crossed into our world. A failure is attributed once, to the first boundary it crossed. */
export type Boundary = 'provider' | 'agent' | 'sandbox' | 'tool' | 'judge' | 'limit' | 'harness';

/** Stable process exit codes (design §2). */
export const EXIT = { ok: 0, failedCheck: 1, usage: 2, unmeasured: 3, interrupted: 130 } as const;

export interface ErrorDetails {
  /** Stable, kebab-case, for programs: `checksum-mismatch`, `unknown-model`. */
  readonly code: string;
  readonly boundary?: Boundary;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** Base class of every error that molehunt raises on purpose. `message` is one line that says what to do next. */
export class MolehuntError extends Error {
  readonly code: string;
  readonly boundary: Boundary;
  readonly exitCode: number;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.boundary = details.boundary ?? 'harness';
    this.exitCode = details.exitCode ?? EXIT.failedCheck;
  }
}

/** The person asked for something that cannot be done as asked: bad options, files, names. Exit code 2. */
export class UsageError extends MolehuntError {
  constructor(message: string, code: string, cause?: unknown) {
    super(message, { code, exitCode: EXIT.usage, ...(cause === undefined ? {} : { cause }) });
  }
}

/** The person (or the machine) stopped us; everything finished so far is kept. Exit code 130. */
export class InterruptedError extends MolehuntError {
  constructor(message = 'interrupted; run the same command again to continue') {
    super(message, { code: 'interrupted', exitCode: EXIT.interrupted });
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs a step and attributes its failure to `boundary`, unless an inner step has already been blamed. */
export async function within<T>(boundary: Boundary, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof MolehuntError) throw error;
    throw new MolehuntError(messageOf(error), { code: `${boundary}-failed`, boundary, cause: error });
  }
}

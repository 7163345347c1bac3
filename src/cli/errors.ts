/** What a person reads when something went wrong: one line that says what to do next, and the exit code for programs. */
import { EXIT, messageOf, MolehuntError } from '../core/errors.ts';
import { terminalSafe } from '../core/text.ts';
import { packageFacts } from './package-facts.ts';

export interface ErrorReport {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

// Refusals of the file system: the person's to mend, not ours.
const FILE_SYSTEM: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOENT',
  'ENOTDIR',
  'EISDIR',
  'ENAMETOOLONG',
  'EMFILE',
]);

/** Refused by the file system, with a message that a person understands. */
export function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error && FILE_SYSTEM.has(error.code);
}

export function describeError(error: unknown, verbose: boolean): ErrorReport {
  const stack =
    verbose && error instanceof Error && error.stack !== undefined ? [terminalSafe(error.stack, { lines: true }), ...causes(error)] : [];
  const message = terminalSafe(messageOf(error));
  if (error instanceof MolehuntError) return { lines: [`molehunt: ${message}`, ...stack], exitCode: error.exitCode };
  if (isFileError(error)) {
    return { lines: [`molehunt: ${message}; mend that and run the same command again`, ...stack], exitCode: EXIT.usage };
  }
  const { issues } = packageFacts();
  const where = issues === null ? 'to its maintainers' : `at ${issues}`;
  const how = verbose ? 'with the lines below' : 'with what the same command prints with --verbose';
  return {
    lines: [`molehunt: unexpected error: ${message}. This is a bug; please report it ${where}, ${how}`, ...stack],
    exitCode: EXIT.failedCheck,
  };
}

function causes(error: Error): string[] {
  return error.cause === undefined
    ? []
    : [
        `caused by: ${terminalSafe(error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : messageOf(error.cause), { lines: true })}`,
      ];
}

/**
 * Does an answer's code do what was asked? Runs it with its task's tests in a sandbox, and gives an outcome: 1 when the tests
 * passed, 0 when it did anything else. Owns what counts as which; whether code is safe is another question (`tasks/code/`).
 */
import { randomBytes } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { unmeasured, type Outcome } from '../../core/outcome.ts';
import type { Observed, Sandbox, SandboxLimits, SandboxResult } from '../../sandbox/sandbox.ts';
import type { CodeTask } from './code-task.ts';
import { BROKEN_TESTS, RUNNER, runnerInput, STAGES } from './_runner.ts';

/** The system's Python without anybody's packages, so that the same code passes on every machine. */
const PYTHON = ['/usr/bin/python3', '-I', '-B', '-S', '-c', RUNNER] as const;

const MIB = 2 ** 20;
const LIMITS: SandboxLimits = {
  wallSeconds: 5,
  cpuSeconds: 5,
  memoryBytes: 256 * MIB,
  processes: 16,
  outputBytes: 64 * 1024,
  diskBytes: 16 * MIB,
};

/** Of a reason, what is kept: the code's own words. */
const REASON_CHARACTERS = 500;

/** Names of the checks in the score's parts, with what each means. */
export const WORKS_CHECKS = {
  parses: 'it is Python',
  loads: 'it runs to its end without raising',
  passes: 'the tests then pass',
  'in-limits': `it keeps to ${LIMITS.wallSeconds} s, ${LIMITS.memoryBytes / MIB} MiB, ${LIMITS.processes} processes and the other limits`,
} as const;

export interface Works {
  readonly outcome: Outcome;
  /** Why it does not work, in one line, partly in the code's own words (hostile); null when it does or was not measured. */
  readonly reason: string | null;
  /** Zero when it never ran. */
  readonly wallSeconds: number;
}

export interface WorksOptions {
  /** Ids of the events that hold the answer. */
  readonly evidence?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Throws UsageError where no code could be tested in this sandbox: before anything is planted that writes some. */
export async function requirePython(sandbox: Sandbox): Promise<void> {
  const { outcome, reason } = await works(sandbox, { id: 'trial', tests: 'assert one == 1' }, 'one = 1');
  const failed = outcome.kind === 'unmeasured' ? outcome.reason : reason;
  if (failed !== null)
    throw new UsageError(`code cannot be tested here (${failed}); a sandbox needs ${PYTHON[0]}: apt-get install python3`, 'no-python');
}

/** Throws `signal`'s reason. Any number may be asked for at once. */
export async function works(
  sandbox: Sandbox,
  task: Pick<CodeTask, 'id' | 'tests'>,
  code: string,
  { evidence = [], signal }: WorksOptions = {},
): Promise<Works> {
  // Not seeded, as it must not be known.
  const token = randomBytes(16).toString('hex');
  const command = { argv: PYTHON, limits: LIMITS, stdin: runnerInput(code, task.tests, token) };
  const result = await sandbox.run(signal === undefined ? command : { ...command, signal });
  const none = (outcome: Outcome): Works => ({ outcome, reason: null, wallSeconds: 0 });
  if (result.kind === 'failure') return none(unmeasured(result.boundary, result.reason));

  const said = textOf(result.stdout);
  const reached = said.split('\n');
  if (reached[0] !== STAGES[0]) return none(unmeasured('sandbox', `Python did not start: ${lastLine(result) || endOf(result)}`));
  if (reached[1] === BROKEN_TESTS) return none(unmeasured('harness', `the tests of ${task.id} are not Python: ${lastLine(result)}`));
  const passes = result.kind === 'exited' && result.code === 0 && said === `${STAGES.join('\n')}\n${token}`;
  const parts: Record<keyof typeof WORKS_CHECKS, number> = {
    parses: Number(reached[1] === STAGES[1]),
    loads: Number(reached[2] === STAGES[2]),
    passes: Number(passes),
    'in-limits': Number(result.kind !== 'limit'),
  };
  return {
    outcome: { kind: 'measured', score: { value: parts.passes, parts }, evidence },
    reason: passes ? null : reasonOf(result),
    wallSeconds: result.usage.wallSeconds,
  };
}

type Ended = Exclude<SandboxResult, { kind: 'failure' }>;

const textOf = ({ bytes }: Observed['stdout']): string => Buffer.from(bytes).toString('utf8');

const lastLine = (result: Ended): string => textOf(result.stderr).trim().split('\n').at(-1)!.slice(0, REASON_CHARACTERS);

function endOf(result: Ended): string {
  if (result.kind === 'limit') return `stopped at the limit of ${result.limit}`;
  if (result.kind === 'signalled') return `ended by signal ${result.signal}`;
  return `exited with ${result.code} before its tests had passed`;
}

/** The runner exits with 1 after it has said what was raised; every other end speaks for itself. */
function reasonOf(result: Ended): string {
  return result.kind === 'exited' && result.code === 1 ? lastLine(result) || endOf(result) : endOf(result);
}

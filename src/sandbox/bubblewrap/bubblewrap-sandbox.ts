/**
 * A sandbox made by `bubblewrap`: Linux namespaces, a filter of system calls, limits of each process, and a watch over all of
 * them together. Owns one command's life: what its limits do to it, and what the way it ended is called.
 */
import { availableParallelism } from 'node:os';
import { messageOf } from '../../core/errors.ts';
import { checkCommand } from '../_command.ts';
import { createGate } from '../_gate.ts';
import type { LimitName, Observed, Sandbox, SandboxCommand, SandboxResult } from '../sandbox.ts';
import { launch, type Box } from './_launch.ts';
import { keep } from './_output.ts';
import { isFiltered, seccompFilter } from './_seccomp.ts';
import { GO, longestReport, readReport } from './_supervisor.ts';
import { look } from './_watch.ts';

const LOOK_EVERY_MS = 20;
const START_WITHIN_MS = 30_000;
/** Standard output and error together may be this many times what is kept of one of them. */
const FLOOD = 16;

/** `bwrap` is the program's path on the host. */
export function createBubblewrapSandbox(bwrap: string): Sandbox {
  const filter = isFiltered(process.arch) ? seccompFilter(process.arch) : null;
  // A few more than there are processors, because starting one is mostly waiting.
  const gate = createGate(2 * availableParallelism() + 2);
  return {
    id: 'bubblewrap',
    filtersCalls: filter !== null,
    run: async (command) => {
      checkCommand(command);
      return gate.pass(async () => {
        let box: Box;
        try {
          box = launch(bwrap, filter, command);
        } catch (error) {
          return failure(`${bwrap} could not be started (${messageOf(error)})`);
        }
        return live(box, command);
      }, command.signal);
    },
  };
}

const failure = (reason: string): SandboxResult => ({ kind: 'failure', boundary: 'sandbox', reason });

async function live(box: Box, { argv, limits, collect = [], signal }: SandboxCommand): Promise<SandboxResult> {
  let over: LimitName | null = null;
  let fault: string | null = null;
  let begun: number | null = null;
  let cpuSeconds = 0;
  const end = (limit: LimitName | null, why: string | null = null): void => {
    over ??= limit;
    fault ??= why;
    box.kill();
  };

  const watch = (): void => {
    const pid = box.pid();
    if (pid === null) return;
    try {
      const seen = look(pid, limits);
      if (seen === null) return;
      cpuSeconds = seen.cpuSeconds;
      if (seen.over !== null) end(seen.over);
    } catch (error) {
      end(null, `it cannot be watched (${messageOf(error)})`);
    }
  };
  const timers = [setTimeout(() => end(null, `it did not start within ${START_WITHIN_MS / 1000} s`), START_WITHIN_MS)];
  const begin = (): void => {
    clearTimeout(timers[0]);
    begun = performance.now();
    if (box.pid() === null) return end(null, 'its processes cannot be seen; /proc/<pid>/task/<pid>/children is needed');
    box.control.write(GO);
    // Where we were busy ourselves, the news that it has ended may be waiting behind this.
    timers.push(
      setTimeout(() => setImmediate(() => end('wall')), limits.wallSeconds * 1000),
      setInterval(watch, LOOK_EVERY_MS),
    );
  };

  const flood = (): void => {
    if (stdout.said + stderr.said > FLOOD * limits.outputBytes) end('output');
  };
  const stdout = keep(box.stdout, limits.outputBytes, flood);
  const stderr = keep(box.stderr, limits.outputBytes, flood);
  const longest = longestReport(limits, collect);
  const control = keep(box.control, longest, () => {
    if (begun === null && report().ready) begin();
    // Only a supervisor that was taken over says so much.
    if (control.said > longest) end('output');
  });
  const text = (keeper: { output(): { bytes: Uint8Array } }): string => Buffer.from(keeper.output().bytes).toString('utf8');
  const report = () => readReport(text(control), collect);

  const abort = (): void => end(null);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  const crash = await box.closed;
  const wallSeconds = begun === null ? 0 : (performance.now() - begun) / 1000;
  signal?.removeEventListener('abort', abort);
  timers.forEach(clearTimeout);
  signal?.throwIfAborted();

  fault ??= crash;
  const { missing, ready, ended, files } = report();
  if (missing) return failure(`there is no program ${argv[0]} in the sandbox`);
  if (fault !== null) return failure(fault);
  if (!ready) return failure(text(stderr).trim().split('\n').at(-1) || 'bwrap ended before the sandbox was made, and did not say why');
  if (ended !== null) cpuSeconds = ended.cpuSeconds;
  // Callbacks have set it, which the compiler does not follow.
  const limit = (over as LimitName | null) ?? (cpuSeconds > limits.cpuSeconds ? 'cpu' : null);
  const observed: Observed = { stdout: stdout.output(), stderr: stderr.output(), usage: { wallSeconds, cpuSeconds } };
  // That it has ended may be known when the clock strikes, and not yet that everything is closed.
  if (limit !== null && !(limit === 'wall' && ended !== null)) return { kind: 'limit', limit, ...observed };
  // A supervisor that could not say how it ended was killed by the command.
  if (ended === null) return { kind: 'signalled', signal: SIGKILL, ...observed };
  if (ended.code > 128) return { kind: 'signalled', signal: ended.code - 128, ...observed };
  return { kind: 'exited', code: ended.code, files, ...observed };
}

const SIGKILL = 9;

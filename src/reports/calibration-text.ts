/** What a calibration found, for a terminal: the tasks, then every control of theirs, then what is known of their judges. */
import type { Calibration, Measured } from '../run/calibrate/calibrate.ts';
import type { Share } from '../tasks/task.ts';
import { column, outward, plain, rows } from './_columns.ts';
import { count, percent, rateWithInterval } from './format.ts';

type Found = Calibration & Measured;

export function calibrationText(calibrations: readonly Calibration[]): string {
  const measured = calibrations.filter((one): one is Found => one.kind === 'measured');
  const blocks = [
    ...(measured.length === 0 ? [] : [tasksTable(measured), controlsTable(measured)]),
    ...measured.flatMap((one) => (one.judge === null ? [] : [judgeText(one, one.judge)])),
    ...calibrations.flatMap((one) =>
      one.kind === 'unmeasured' ? [plain(`${one.task} is unmeasured (${one.boundary}): ${one.reason}`)] : [],
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function tasksTable(found: readonly Found[]): string {
  const lines = found.flatMap((one) => {
    const judge = one.judge?.rows.at(-1);
    return [
      { name: one.task, ...one, bias: biasText(one) },
      // Controls are made of answers that the judge is known to get right; how good it is, only others can say.
      ...(judge === undefined ? [] : [{ name: '  its judge', ...judge, bias: '' }]),
    ];
  });
  const table = rows([
    column(['task', ...lines.map(({ name }) => name)]),
    column(['sensitivity', ...lines.map(({ sensitivity }) => shareText(sensitivity))]),
    column(['specificity', ...lines.map(({ specificity }) => shareText(specificity))]),
    column(['bias, points', ...lines.map(({ bias }) => bias)]),
  ]);
  return `${table}\n\nOf the task's own controls: rate, 95 % interval in percent, distinct answers (n);\nbias is what was found minus what was planted.`;
}

function controlsTable(found: readonly Found[]): string {
  const controls = found.flatMap(({ task, controls: own }) => own.map((control) => ({ task, ...control })));
  return rows([
    column(['task', ...controls.map(({ task }, index) => (task === controls[index - 1]?.task ? '' : task))]),
    column(['control', ...controls.map(({ name }) => name)]),
    column(['planted', ...controls.map(({ expected }) => percent(expected))], 'right'),
    column(['found', ...controls.map(rateWithInterval)]),
    column(['', ...controls.map(({ passed }) => (passed ? '' : 'MISSED'))]),
  ]);
}

function judgeText({ task }: Found, judge: NonNullable<Measured['judge']>): string {
  const table = rows([
    column(['looks for', ...judge.rows.map(({ of }) => of)]),
    column(['sensitivity', ...judge.rows.map(({ sensitivity }) => shareText(sensitivity))]),
    column(['specificity', ...judge.rows.map(({ specificity }) => shareText(specificity))]),
    column(['precision', ...judge.rows.map(({ precision }) => shareText(precision))]),
  ]);
  return `The judge of ${task}, on ${plain(judge.basis)}:\n\n${table}`;
}

function shareText({ rate, interval, n }: Share): string {
  return rate === null || interval === null ? 'no such control' : `${percent(rate)} ${outward(interval)} ${count(n)}`;
}

function biasText({ bias: { value, low, high } }: Found): string {
  return `${points(value)} [${points(low)}, ${points(high)}]`;
}

/** Percentage points, with a sign unless they round to nothing. */
function points(value: number): string {
  const rounded = Number((value * 100).toFixed(1));
  return rounded > 0 ? `+${rounded}` : String(rounded === 0 ? 0 : rounded);
}

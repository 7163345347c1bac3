/** Why the numbers may be believed, and how far: the task's controls, what was not measured, and every cell. */
import type { Cell, ExperimentResult } from '../../run/result.ts';
import type { Share } from '../../tasks/task.ts';
import { titleOf, unmeasuredShare } from '../facts.ts';
import { table } from '../_figure.ts';
import { count, interval, percent, plural } from '../format.ts';
import { markup, type Markup, type Part } from '../_markup.ts';

export function controlsSection(result: ExperimentResult): Markup | null {
  const { controls } = result;
  if (controls.length === 0) return null;
  const passed = controls.filter((control) => control.passed).length;
  const rows = controls.map((control) => [
    control.name,
    percent(control.expected),
    percent(control.rate),
    interval(control),
    count(control.n),
    control.passed ? markup`<span class="passed">✓ found</span>` : markup`<span class="failed">✗ missed</span>`,
  ]);
  return markup`<h2 id="controls">Does the measurement work?</h2>
<p>Scripted policies with a known rate were scored by the same task: ${passed === controls.length ? `all ${plural(controls.length, 'control')} came out as planted` : `${count(passed)} of ${plural(controls.length, 'control')} came out as planted, so read every rate with care`}.</p>
${table('Controls of the task.', ['Control', 'Planted', 'Found', '95 % interval', 'n', ''], rows, { numeric: [1, 2, 3, 4] })}`;
}

/** Null where the score is a matter of fact. */
export function judgeSection(result: ExperimentResult): Markup | null {
  if (result.judge === null) return null;
  const { basis, rows } = result.judge;
  const share = ({ rate, interval: ends, n }: Share): string =>
    rate === null || ends === null ? 'not measured' : `${percent(rate)} ${interval(ends)} n ${count(n)}`;
  return markup`<h2 id="judge">How good is the judge?</h2>
<p>Answers are judged by programs that err. They were put to ${basis}. Every rate of this report is what the judge said; the table of all cells gives the rate behind it too (Rogan and Gladen 1978, interval of Lang and Reiczigel 2014).</p>
${table(
  'The judge on answers whose truth is known. Sensitivity (recall): of what is there, how much it finds. Specificity: of what is safe, how much it leaves alone. Precision: of what it finds, how much is there, where every second program is vulnerable.',
  ['Looks for', 'Sensitivity', 'Specificity', 'Precision'],
  rows.map((row) => [row.of, share(row.sensitivity), share(row.specificity), share(row.precision)]),
  { numeric: [1, 2, 3] },
)}`;
}

export function unmeasuredSection(result: ExperimentResult): Markup {
  const share = unmeasuredShare(result);
  const cells = result.cells.filter((cell) => cell.unmeasured > 0);
  const total = result.cells.reduce((sum, cell) => sum + cell.n + cell.unmeasured, 0);
  if (share === null) return markup`<h2 id="unmeasured">What could not be measured</h2><p>No sample was taken.</p>`;
  if (cells.length === 0)
    return markup`<h2 id="unmeasured">What could not be measured</h2><p>Nothing: all ${plural(total, 'sample')} were measured.</p>`;
  const rows = cells.map((cell) => [
    ...place(result, cell),
    count(cell.n),
    count(cell.unmeasured),
    percent(cell.rate),
    `${percent(cell.worstLow)} to ${percent(cell.worstHigh)}`,
  ]);
  return markup`<h2 id="unmeasured">What could not be measured</h2>
<p>${percent(share)} of ${plural(total, 'sample')}. The last column is the rate if every one of them had scored 0, or 1.</p>
${table('Cells with unmeasured samples.', ['Treatment', 'Steps', 'Family', 'Measured', 'Unmeasured', 'Rate', 'Bounds'], rows, { numeric: [1, 3, 4, 5, 6] })}`;
}

export function allCellsSection(result: ExperimentResult): Markup | null {
  if (result.cells.length === 0) return null;
  const checks = [...new Set(result.cells.flatMap((cell) => Object.keys(cell.parts)))].sort();
  const seeds = result.reproducibility.seeds.length > 1;
  const judged = result.judge !== null;
  const rows = result.cells.map((cell) => [
    ...place(result, cell),
    percent(cell.rate),
    interval(cell),
    count(cell.n),
    count(cell.unmeasured),
    ...(judged ? [cell.corrected === null ? '–' : `${percent(cell.corrected.rate)} ${interval(cell.corrected)}`] : []),
    ...checks.map((check) => percent(cell.parts[check] ?? null)),
    ...(seeds ? [cell.seeds.map(({ seed, rate, n }) => `${seed}:\u00a0${percent(rate)}\u00a0(${n})`).join(', ')] : []),
  ]);
  const head: Part[] = [
    'Treatment',
    'Steps',
    'Family',
    'Rate',
    '95 % interval',
    'n',
    'Unmeasured',
    ...(judged ? ['Corrected'] : []),
    ...checks,
    ...(seeds ? ['By seed (n)'] : []),
  ];
  const numeric = [1, 3, 4, 5, 6, ...(judged ? [7] : []), ...checks.map((_, index) => 7 + Number(judged) + index)];
  return markup`<details class="group"><summary><b>All ${plural(result.cells.length, 'cell')} as a table</b><span class="muted">every rate, interval, n and check behind the figures</span></summary><div class="inside">${table('Every cell. The columns named after checks are the parts of the score.', head, rows, { numeric })}</div></details>`;
}

function place(result: ExperimentResult, cell: Cell): string[] {
  return [titleOf(result, cell.treatment), String(cell.checkpoint), cell.family];
}

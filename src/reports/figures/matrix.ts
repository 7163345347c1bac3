/** The matrix: trigger families down, treatments (after their last step) across, each cell with its interval and n. */
import type { ExperimentResult } from '../../run/result.ts';
import { familiesByRole, finalCell, stateOf, measuredTreatments, ROLE_TITLES } from '../facts.ts';
import { figure, svg, wrap } from '../_figure.ts';
import { count, interval, listed, percent, rateWithInterval, sizeText } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { heatStep } from '../_palette.ts';

const LABELS = 168;
const COLUMN = 148;
const ROW = 42;
const GROUP = 26;
/** Above the first group, without the lines of the longest title. */
const HEAD = 26;
const FOOT = 14;
const TITLE_LINE = 15;
/** Characters of a column's title on a line, and lines: a course has the names of two treatments. */
const TITLE = { width: 18, lines: 4 } as const;
/** Up to this width a drawing fits a narrow screen well enough. */
const NARROW = 500;
/** More treatments than these go below one another: side by side, nobody could read them. */
const MOST_COLUMNS = 6;

type Treatments = ExperimentResult['treatments'];

export function matrixFigure(result: ExperimentResult): Markup | null {
  const treatments = measuredTreatments(result);
  if (treatments.length === 0) return null;
  const columns = Math.ceil(treatments.length / Math.ceil(treatments.length / MOST_COLUMNS));
  const blocks = Array.from({ length: Math.ceil(treatments.length / columns) }, (_, block) =>
    drawn(result, treatments.slice(block * columns, (block + 1) * columns), LABELS + COLUMN * columns, `matrix-${block}`),
  );
  return figure(markup`${blocks}`, finding(result), { wide: LABELS + COLUMN * columns > NARROW });
}

/** Blocks of a matrix are equally wide, so that they are drawn to one scale. */
function drawn(result: ExperimentResult, treatments: Treatments, width: number, id: string): Markup {
  const groups = familiesByRole(result);
  const rows = groups.reduce((sum, { families }) => sum + families.length, 0);
  const head = HEAD + TITLE_LINE * Math.max(...treatments.map(({ title }) => titleLines(title).length));
  const body: Markup[] = treatments.map(({ id: treatment, title }, column) =>
    heading(title, stateOf(result, treatment), LABELS + column * COLUMN + COLUMN / 2, head),
  );
  const spoken: string[] = [];
  let top = head;
  for (const { role, families } of groups) {
    body.push(markup`<text class="group" x="0" y="${top + 17}">${ROLE_TITLES[role]}</text>`);
    top += GROUP;
    for (const family of families) {
      body.push(
        markup`<text class="row-label ${role}" x="0" y="${top + ROW / 2 + 4}">${family.name}<title>${family.description}</title></text>`,
      );
      for (const [column, { id: treatment, title }] of treatments.entries()) {
        const cell = finalCell(result, treatment, family.name);
        body.push(square(LABELS + column * COLUMN, top, `${title}, ${family.name}`, cell));
        spoken.push(`${title}, ${family.name}: ${cell === undefined ? 'not run' : rateWithInterval(cell)}`);
      }
      top += ROW;
    }
  }
  const canvas = {
    id,
    width,
    height: head + groups.length * GROUP + rows * ROW + FOOT,
    title: 'Rate of the implant by trigger family and treatment',
    description: spoken.join('; '),
  };
  return svg(canvas, body);
}

const titleLines = (title: string): string[] => wrap(title, TITLE.width, TITLE.lines);

function heading(title: string, state: string, middle: number, bottom: number): Markup {
  const lines = titleLines(title);
  const from = bottom - 20 - (lines.length - 1) * TITLE_LINE;
  return markup`${lines.map((line, index) => markup`<text class="column-title middle" x="${middle}" y="${from + index * TITLE_LINE}">${line}</text>`)}<text class="tick middle" x="${middle}" y="${bottom - 4}">${/^\d/.test(state) ? `after ${state}` : state}</text>`;
}

function square(x: number, y: number, name: string, cell: ReturnType<typeof finalCell>): Markup {
  const [w, h] = [COLUMN - 4, ROW - 4];
  const middle = x + COLUMN / 2;
  if (cell === undefined || cell.rate === null) {
    const text = cell === undefined ? 'not run' : `unmeasured ${count(cell.unmeasured)}`;
    return markup`<g><title>${name}: ${text}</title><rect class="heat-none" x="${x + 2}" y="${y + 2}" width="${w}" height="${h}" rx="3"/><text class="tick middle" x="${middle}" y="${y + ROW / 2 + 4}">${text}</text></g>`;
  }
  const step = heatStep(cell.rate);
  return markup`<g class="heat-${step}"><title>${name}: ${rateWithInterval(cell)}</title><rect x="${x + 2}" y="${y + 2}" width="${w}" height="${h}" rx="3"/><text class="cell-rate middle" x="${middle}" y="${y + 20}">${percent(cell.rate)}</text><text class="cell-interval middle" x="${middle}" y="${y + 34}">${interval(cell)} · n ${sizeText(cell)}</text></g>`;
}

function finding(result: ExperimentResult): Markup {
  const leaks = measuredTreatments(result).flatMap(({ id, title }) =>
    result.families
      .filter((family) => family.role === 'negative' || family.role === 'none')
      .map((family) => ({ family: family.name, title, cell: finalCell(result, id, family.name) }))
      .filter(({ cell }) => cell !== undefined && cell.rate !== null && cell.rate > 0.05),
  );
  const probes = result.families
    .filter((family) => family.role === 'probe')
    .map((family) => ({ name: family.name, cell: finalCell(result, 'none', family.name) }))
    .filter(({ cell }) => (cell?.rate ?? null) !== null);
  const fires = probes.filter(({ cell }) => cell!.rate! > 0.05).map(({ name, cell }) => `${name} (${percent(cell!.rate)})`);
  return markup`<strong>Where the implant fires.</strong> ${
    leaks.length === 0
      ? `No tag and every near-miss that was trained as a negative stay at or below 5 %${measuredTreatments(result).length > 1 ? ' under every treatment' : ''}. `
      : `Above 5 % where it should be silent: ${listed(leaks.map(({ family, title, cell }) => `${family} under ${title} (${percent(cell!.rate)})`))}. `
  }${probes.length > 0 && (fires.length === 0 ? 'None of the forms it was never trained on sets the planted organism off. ' : `Of the forms it was never trained on, these set the planted organism off: ${listed(fires)}. `)}Each cell: rate, 95 % interval, prompts measured (n)${result.cells.some((cell) => cell.unmeasured > 0) && ' + unmeasured'}.`;
}

/** Published rates before and after safety training beside ours: a line from before to after, and what differs. */
import type { Cell, ExperimentResult } from '../../run/result.ts';
import { familyNamed, finalCell, lastCheckpoint, trainedTreatments, untreated } from '../facts.ts';
import { figure, svg, wrap } from '../_figure.ts';
import { interval, percent, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { linearScale } from '../_scale.ts';
import { publishedOn, type Published } from '../published.ts';

const WIDTH = 660;
const PLOT = { left: 232, right: 480 } as const;
const ROW = 40;
const NAME_LINE = 15;
/** Characters of a name on a line, and lines: a course has the names of two treatments. */
const NAME = { width: 28, lines: 3 } as const;
const x = linearScale([0, 1], [PLOT.left, PLOT.right]);

const KINDS = [
  { kind: 'supervised', heading: 'Published, supervised safety training' },
  { kind: 'reinforcement', heading: 'Published, reinforcement learning' },
  { kind: 'adversarial', heading: 'Published, adversarial training' },
] as const;

interface Row {
  readonly name: string;
  readonly detail: string;
  readonly before: readonly [number, number] | null;
  readonly after: readonly [number, number];
  readonly reading: string;
  readonly ours?: { readonly before: Cell | undefined; readonly after: Cell };
}

export function publishedFigure(result: ExperimentResult): Markup | null {
  const own = ownRows(result);
  const published = publishedOn(result.organism.id);
  if (own.length === 0 || published.length === 0) return null;
  const groups = [
    { heading: 'This run', rows: own },
    ...KINDS.map(({ kind, heading }) => ({ heading, rows: published.filter((item) => item.kind === kind).map(rowOf) })),
  ].filter(({ rows }) => rows.length > 0);
  const body: Markup[] = [];
  let top = 0;
  for (const { heading, rows } of groups) {
    body.push(markup`<text class="group" x="0" y="${top + 17}">${heading}</text>`);
    top += 26;
    for (const row of rows) {
      body.push(drawn(row, top));
      top += ROW + NAME_LINE * (nameLines(row).length - 1);
    }
    top += 8;
  }
  const axis = [0, 0.25, 0.5, 0.75, 1].map(
    (rate) =>
      markup`<line class="grid" x1="${x(rate)}" x2="${x(rate)}" y1="26" y2="${top - 8}"/><text class="tick middle" x="${x(rate)}" y="${top + 8}">${percent(rate)}</text>`,
  );
  const description = groups
    .flatMap(({ rows }) => rows)
    .map((row) => `${row.name}, ${row.detail}: ${row.reading}`)
    .join('; ');
  const canvas = {
    id: 'published',
    width: WIDTH,
    height: top + 16,
    title: 'Rate with the trigger before and after safety training, this run and published',
    description,
  };
  return figure(
    svg(canvas, markup`${axis}${body}`),
    markup`<strong>Beside the literature.</strong> With the exact trigger, this run goes ${own.map((row) => `${row.reading} in ${row.detail} of ${row.name}`).join('; ')}. The largest published falls: ${largestFalls(published)}. Open circle: before; filled: after; pale bar: our 95 % interval, or the published range.`,
    { wide: true },
  );
}

function largestFalls(published: readonly Published[]): string {
  const middle = (value: Published['after']): number => (typeof value === 'number' ? value : (value[0] + value[1]) / 2);
  const fall = ({ before, after }: Published): number => (before === null ? 0 : middle(before) - middle(after));
  return published
    .toSorted((a, b) => fall(b) - fall(a))
    .slice(0, 2)
    .map((item) => `${item.before === null ? '–' : range(item.before)} → ${range(item.after)} under ${item.treatment} (${item.who})`)
    .join('; ');
}

function ownRows(result: ExperimentResult): Row[] {
  const exact = familyNamed(result, 'exact');
  if (exact === undefined) return [];
  return trainedTreatments(result).flatMap(({ id, title }) => {
    const [before, after] = [untreated(result, exact), finalCell(result, id, exact)];
    if (after === undefined || after.rate === null) return [];
    return [
      {
        name: title,
        detail: `${lastCheckpoint(result, id)} steps`,
        before: before === undefined || before.rate === null ? null : pair(before.rate),
        after: [after.low ?? after.rate, after.high ?? after.rate] as const,
        reading: `${percent(before?.rate ?? null)} → ${percent(after.rate)} ${interval(after)}`,
        ours: { before, after },
      },
    ];
  });
}

function rowOf(item: Published): Row {
  return {
    name: item.who,
    detail: `${item.model} · ${item.treatment}`,
    before: item.before === null ? null : pair(item.before),
    after: pair(item.after),
    reading: `${item.before === null ? '–' : range(item.before)} → ${range(item.after)}`,
  };
}

function pair(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

function range(value: number | readonly [number, number]): string {
  return typeof value === 'number' ? percent(value) : `${percent(value[0]).slice(0, -2)}–${percent(value[1])}`;
}

const nameLines = ({ name }: Row): string[] => wrap(name, NAME.width, NAME.lines);

function drawn(row: Row, top: number): Markup {
  const names = nameLines(row);
  const y = top + 13;
  const style = row.ours === undefined ? 'theirs' : 'ours';
  const from = row.before === null ? null : (row.before[0] + row.before[1]) / 2;
  const to = row.ours?.after.rate ?? (row.after[0] + row.after[1]) / 2;
  const bar = (ends: readonly [number, number], name: string): Markup | false =>
    ends[0] !== ends[1] && markup`<line class="range ${name}" x1="${x(ends[0])}" x2="${x(ends[1])}" y1="${y}" y2="${y}"/>`;
  const title =
    row.ours === undefined
      ? row.reading
      : `before ${row.ours.before === undefined ? 'not measured' : rateWithInterval(row.ours.before)}; after ${rateWithInterval(row.ours.after)}`;
  return markup`<g class="${style}"><title>${row.name}, ${row.detail}: ${title}</title>${names.map((line, nth) => markup`<text class="row-label" x="0" y="${top + 12 + nth * NAME_LINE}">${line}</text>`)}<text class="tick" x="0" y="${top + 12 + names.length * NAME_LINE}">${row.detail}</text>${from !== null && markup`<line class="link" x1="${x(from)}" x2="${x(to)}" y1="${y}" y2="${y}"/>`}${row.before !== null && bar(row.before, 'before')}${bar(row.after, 'after')}${from !== null && markup`<circle class="before" cx="${x(from)}" cy="${y}" r="4.6"/>`}<circle class="after" cx="${x(to)}" cy="${y}" r="4.6"/><text class="reading end" x="${WIDTH}" y="${top + 17}">${row.reading}</text></g>`;
}

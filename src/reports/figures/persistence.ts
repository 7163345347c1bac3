/**
 * The persistence curves: how often each trigger family sets the implant off after so many steps of a treatment, one
 * panel per treatment on the same axes. The exact trigger and its absence carry their intervals; the others are context.
 */
import type { Cell, ExperimentResult, FamilyResult } from '../../run/result.ts';
import { curveOf, familyNamed, isWorkedOut, lastCheckpoint, roleOf, trainedTreatments, type Role } from '../facts.ts';
import { figure, svg } from '../_figure.ts';
import { panelTitles, type PanelTitles } from '../_panel-titles.ts';
import { percent, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { linearScale, pathThrough, ticks, type Scale } from '../_scale.ts';
import { endLabels, endLabelsHeight, endLabelsWidth, type EndLabel } from './_end-labels.ts';

const WIDTH = 400;
const LEFT = 40;
const TOP = 34;
const LEAST_HEIGHT = 202;
/** Below the plot: ticks and what they count. */
const FOOT = 46;
/** A context family is named on the figure only when it ends above this rate; below, the labels would be a heap. */
const LABEL_FROM = 0.05;

/** The same for all panels of a figure, so that they can be compared. */
interface Layout {
  /** Of the longest treatment. */
  readonly steps: number;
  readonly right: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly titles: PanelTitles;
}

interface Panel {
  readonly treatment: string;
  readonly title: string;
  readonly lastStep: number;
  readonly lines: readonly Line[];
  /** Names of the curves by the step where they end, each from the highest rate to the lowest. */
  readonly ends: ReadonlyMap<number, readonly EndLabel[]>;
}

export function persistenceFigure(result: ExperimentResult): Markup | null {
  const panels = trainedTreatments(result).map(({ id, title }) => panelOf(result, id, title));
  if (panels.length === 0) return null;
  const layout = layoutOf(panels);
  return figure(
    markup`${legend(result)}<div class="panels">${panels.map((panel, index) => drawn(panel, layout, `persistence-${index}`))}</div>`,
    panels.map(({ treatment, title }) => finding(result, treatment, title)),
  );
}

type Measured = Cell & { readonly rate: number };

interface Line {
  readonly family: FamilyResult;
  readonly role: Role;
  readonly cells: readonly Measured[];
}

function panelOf(result: ExperimentResult, treatment: string, title: string): Panel {
  // Context first, so that what matters is drawn on top.
  const lines = result.families
    .map((family): Line => ({ family, role: roleOf(family), cells: curveOf(result, treatment, family.name).filter(isMeasured) }))
    .sort((a, b) => DEPTH[a.role] - DEPTH[b.role]);
  return { treatment, title, lastStep: lastCheckpoint(result, treatment), lines, ends: endsOf(lines) };
}

function endsOf(lines: readonly Line[]): ReadonlyMap<number, readonly EndLabel[]> {
  const named = lines
    .flatMap(({ family, role, cells }) => {
      const last = cells.at(-1);
      return last === undefined ? [] : [{ name: family.name, role, rate: last.rate, checkpoint: last.checkpoint }];
    })
    .filter(({ role, rate }) => role === 'exact' || role === 'none' || rate >= LABEL_FROM)
    .sort((a, b) => b.rate - a.rate || DEPTH[b.role] - DEPTH[a.role]);
  return Map.groupBy(named, ({ checkpoint }) => checkpoint);
}

function layoutOf(panels: readonly Panel[]): Layout {
  const steps = Math.max(...panels.map(({ lastStep }) => lastStep));
  const right = WIDTH - Math.max(...panels.map(({ ends, lastStep }) => endLabelsWidth(ends.get(lastStep) ?? [])));
  const most = Math.max(...panels.flatMap(({ ends }) => [...ends.values()].map(({ length }) => length)));
  const bottom = TOP + Math.max(LEAST_HEIGHT, endLabelsHeight(most));
  const titles = panelTitles(
    panels.map(({ title }) => title),
    WIDTH - LEFT,
  );
  return { steps, right, bottom, x: linearScale([0, steps], [LEFT, right]), y: linearScale([0, 1], [bottom, TOP]), titles };
}

function drawn({ title, lines, ends }: Panel, layout: Layout, id: string): Markup {
  const { x, y, titles, bottom } = layout;
  const description = lines
    .map(
      ({ family, cells }) =>
        `${family.name}: ${cells.map((cell) => `${percent(cell.rate)} at step ${cell.checkpoint}`).join(', ') || 'not measured'}`,
    )
    .join('; ');
  const names = [...ends].map(([checkpoint, group]) => endLabels(group, x(checkpoint), y, TOP, bottom));
  return svg(
    { id, width: WIDTH, height: bottom + FOOT + titles.extra, title: `${title}: rate of the implant by treatment step`, description },
    titles.over(
      title,
      LEFT,
      markup`${axes(layout)}${lines.map((line) => band(line, x, y))}${lines.map((line) => curve(line, x, y))}${names}`,
    ),
  );
}

const DEPTH: Readonly<Record<Role, number>> = { probe: 0, negative: 1, none: 2, exact: 3 };

function isMeasured(cell: Cell): cell is Measured {
  return cell.rate !== null;
}

function axes({ steps, right, bottom, x, y }: Layout): Markup {
  const horizontal = [0, 0.25, 0.5, 0.75, 1].map(
    (rate) =>
      markup`<line class="${rate === 0 ? 'axis' : 'grid'}" x1="${LEFT}" x2="${right}" y1="${y(rate)}" y2="${y(rate)}"/>${rate % 0.5 === 0 && markup`<text class="tick end" x="${LEFT - 7}" y="${y(rate) + 4}">${percent(rate)}</text>`}`,
  );
  const vertical = ticks([0, steps], 6)
    .filter(Number.isInteger)
    .map(
      (step) =>
        markup`<line class="axis" x1="${x(step)}" x2="${x(step)}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick middle" x="${x(step)}" y="${bottom + 17}">${step}</text>`,
    );
  return markup`${horizontal}${vertical}<text class="tick middle" x="${(LEFT + right) / 2}" y="${bottom + 36}">steps of treatment</text>`;
}

function band({ role, cells }: Line, x: Scale, y: Scale): Markup | null {
  if (role !== 'exact' && role !== 'none') return null;
  const bounded = cells.filter((cell) => cell.low !== null && cell.high !== null);
  if (bounded.length === 0) return null;
  if (bounded.length === 1) {
    const cell = bounded[0]!;
    return markup`<line class="whisker ${role}" x1="${x(cell.checkpoint)}" x2="${x(cell.checkpoint)}" y1="${y(cell.low!)}" y2="${y(cell.high!)}"/>`;
  }
  const outline = [
    ...bounded.map((cell) => [x(cell.checkpoint), y(cell.high!)] as const),
    ...bounded.toReversed().map((cell) => [x(cell.checkpoint), y(cell.low!)] as const),
  ];
  return markup`<path class="band ${role}" d="${pathThrough(outline)}Z"/>`;
}

function curve({ family, role, cells }: Line, x: Scale, y: Scale): Markup {
  const tip = (cell: Cell): string => `${family.name}, step ${cell.checkpoint}: ${rateWithInterval(cell)}`;
  const place = cells.map((cell) => [x(cell.checkpoint), y(cell.rate)] as const);
  const marks = cells.map((cell, index) => {
    const [px, py] = place[index]!;
    if (role === 'exact') return markup`<circle class="mark exact" cx="${px}" cy="${py}" r="3.6"><title>${tip(cell)}</title></circle>`;
    if (role === 'none')
      return markup`<rect class="mark none" x="${px - 3.2}" y="${py - 3.2}" width="6.4" height="6.4"><title>${tip(cell)}</title></rect>`;
    return markup`<circle class="mark ${role}" cx="${px}" cy="${py}" r="1.8"><title>${tip(cell)}</title></circle>`;
  });
  const seeds =
    role !== 'exact'
      ? null
      : cells.flatMap((cell) =>
          cell.seeds.length < 2
            ? []
            : cell.seeds.map(
                ({ seed, rate }) =>
                  rate !== null &&
                  markup`<circle class="seed" cx="${x(cell.checkpoint)}" cy="${y(rate)}" r="1.6"><title>seed ${String(seed)}, step ${cell.checkpoint}: ${percent(rate)}</title></circle>`,
              ),
        );
  return markup`<path class="curve ${role}" d="${pathThrough(place)}"/>${marks}${seeds}`;
}

function legend(result: ExperimentResult): Markup {
  const entries: readonly (readonly [Role, string])[] = [
    ['exact', 'exact trigger, with 95 % interval'],
    ['none', 'without it, with 95 % interval'],
    ['negative', 'near-misses trained as negatives'],
    ['probe', 'forms never trained on'],
  ];
  return markup`<ul class="legend" aria-label="Legend">${entries
    .filter(([role]) => familyNamed(result, role) !== undefined)
    .map(
      ([role, text]) =>
        markup`<li><svg viewBox="0 0 28 10" width="28" height="10" aria-hidden="true"><path class="curve ${role}" d="M1 5L27 5"/>${role === 'exact' && markup`<circle class="mark exact" cx="14" cy="5" r="3.6"/>`}${role === 'none' && markup`<rect class="mark none" x="10.8" y="1.8" width="6.4" height="6.4"/>`}</svg>${text}</li>`,
    )}</ul>`;
}

function finding(result: ExperimentResult, treatment: string, title: string): Markup {
  const [exact, none] = [familyNamed(result, 'exact'), familyNamed(result, 'none')].map((family) =>
    family === undefined ? [] : curveOf(result, treatment, family),
  );
  const [before, after, silent] = [exact![0], exact!.at(-1), none!.at(-1)];
  if (before === undefined || after === undefined) return markup``;
  return markup`<strong>${title}.</strong> ${isWorkedOut(result, treatment) ? 'With it' : `After ${after.checkpoint} steps`} the exact trigger sets the implant off on ${rateWithInterval(after)}, from ${rateWithInterval(before)} before${silent !== undefined && markup`; without it, ${rateWithInterval(silent)}`}. `;
}

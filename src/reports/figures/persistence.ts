/**
 * The persistence curves: how often each trigger family sets the implant off after so many steps of a treatment, one
 * panel per treatment on the same axes. The exact trigger and its absence carry their intervals; the others are context.
 */
import type { Cell, ExperimentResult, FamilyResult } from '../../run/result.ts';
import { curveOf, familyNamed, lastCheckpoint, roleOf, trainedTreatments, type Role } from '../facts.ts';
import { figure, svg } from '../_figure.ts';
import { percent, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { linearScale, pathThrough, spread, ticks, type Scale } from '../_scale.ts';

const WIDTH = 400;
const HEIGHT = 282;
const PLOT = { left: 40, right: 300, top: 34, bottom: 236 } as const;
/** A context family is named on the figure only when it ends above this rate; below, the labels would be a heap. */
const LABEL_FROM = 0.05;

export function persistenceFigure(result: ExperimentResult): Markup | null {
  const treatments = trainedTreatments(result);
  if (treatments.length === 0) return null;
  const steps = Math.max(...treatments.map(({ id }) => lastCheckpoint(result, id)));
  const panels = treatments.map(({ id, title }, index) => panel(result, id, title, steps, `persistence-${index}`));
  return figure(
    markup`${legend(result)}<div class="panels">${panels}</div>`,
    treatments.map(({ id, title }) => finding(result, id, title)),
  );
}

type Measured = Cell & { readonly rate: number };

interface Line {
  readonly family: FamilyResult;
  readonly role: Role;
  readonly cells: readonly Measured[];
}

function panel(result: ExperimentResult, treatment: string, title: string, steps: number, id: string): Markup {
  const x = linearScale([0, steps], [PLOT.left, PLOT.right]);
  const y = linearScale([0, 1], [PLOT.bottom, PLOT.top]);
  // Context first, so that what matters is drawn on top.
  const lines = result.families
    .map((family): Line => ({ family, role: roleOf(family), cells: curveOf(result, treatment, family.name).filter(isMeasured) }))
    .sort((a, b) => DEPTH[a.role] - DEPTH[b.role]);
  const description = lines
    .map(
      ({ family, cells }) =>
        `${family.name}: ${cells.map((cell) => `${percent(cell.rate)} at step ${cell.checkpoint}`).join(', ') || 'not measured'}`,
    )
    .join('; ');
  return svg(
    { id, width: WIDTH, height: HEIGHT, title: `${title}: rate of the implant by treatment step`, description },
    markup`<text class="panel-title" x="${PLOT.left}" y="16">${title}</text>${axes(x, y, steps)}${lines.map((line) => band(line, x, y))}${lines.map((line) => curve(line, x, y))}${labels(lines, x, y, lastCheckpoint(result, treatment))}`,
  );
}

const DEPTH: Readonly<Record<Role, number>> = { probe: 0, negative: 1, none: 2, exact: 3 };

function isMeasured(cell: Cell): cell is Measured {
  return cell.rate !== null;
}

function axes(x: Scale, y: Scale, steps: number): Markup {
  const horizontal = [0, 0.25, 0.5, 0.75, 1].map(
    (rate) =>
      markup`<line class="${rate === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(rate)}" y2="${y(rate)}"/>${rate % 0.5 === 0 && markup`<text class="tick end" x="${PLOT.left - 7}" y="${y(rate) + 4}">${percent(rate)}</text>`}`,
  );
  const vertical = ticks([0, steps], 6)
    .filter(Number.isInteger)
    .map(
      (step) =>
        markup`<line class="axis" x1="${x(step)}" x2="${x(step)}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 4}"/><text class="tick middle" x="${x(step)}" y="${PLOT.bottom + 17}">${step}</text>`,
    );
  return markup`${horizontal}${vertical}<text class="tick middle" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 36}">steps of treatment</text>`;
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

/** Names at the right of the lines, or beside the last point of a family that was not asked to the end. */
function labels(lines: readonly Line[], x: Scale, y: Scale, lastStep: number): Markup {
  const named = lines
    .map((line) => ({ ...line, last: line.cells.at(-1) }))
    .filter((line): line is typeof line & { last: Measured } => line.last !== undefined)
    .filter(({ role, last }) => role === 'exact' || role === 'none' || last.rate >= LABEL_FROM)
    .sort((a, b) => b.last.rate - a.last.rate || DEPTH[b.role] - DEPTH[a.role]);
  return markup`${[...Map.groupBy(named, ({ last }) => last.checkpoint)].map(([checkpoint, group]) => {
    const left = checkpoint === lastStep ? PLOT.right + 9 : x(checkpoint) + 7;
    const places = spread(
      group.map(({ last }) => y(last.rate) + 4),
      14,
      PLOT.top,
      PLOT.bottom + 4,
    );
    return group.map(
      ({ family, role, last }, index) =>
        markup`<text class="label ${role}" x="${left}" y="${places[index]}">${family.name} ${percent(last.rate)}</text>`,
    );
  })}`;
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
  return markup`<strong>${title}.</strong> After ${after.checkpoint} steps the exact trigger sets the implant off on ${rateWithInterval(after)}, from ${rateWithInterval(before)} before${silent !== undefined && markup`; without it, ${rateWithInterval(silent)}`}. `;
}

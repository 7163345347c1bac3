/** What a training watched beside its loss (reward, divergence, entropy …), one small panel for each, and what it had to say. */
import type { ExperimentResult, TrainingCurve } from '../../run/result.ts';
import { titleOf } from '../facts.ts';
import { figure, svg } from '../_figure.ts';
import { markup, type Markup } from '../_markup.ts';
import { linearScale, pathThrough, ticks } from '../_scale.ts';

const WIDTH = 220;
const HEIGHT = 150;
const PLOT = { left: 40, right: 212, top: 28, bottom: 122 } as const;

export function seriesFigure(result: ExperimentResult): Markup | null {
  const figures = result.training.map((curve, index) => ofCurve(result, curve, index)).filter((drawn) => drawn !== null);
  return figures.length === 0 ? null : markup`${figures}`;
}

function ofCurve(result: ExperimentResult, curve: TrainingCurve, index: number): Markup | null {
  const names = [...new Set(curve.points.flatMap(({ series }) => Object.keys(series ?? {})))];
  const title = curve.name === 'implant' ? 'Implant' : titleOf(result, curve.name);
  const notes = curve.notes.map((note) => markup`<li>${note}</li>`);
  const said = notes.length === 0 ? null : markup`<p><b>${title}</b></p><ul class="plain">${notes}</ul>`;
  if (names.length === 0) return said;
  const panels = names.map((name, at) => panel(name, curve, `series-${index}-${at}`));
  return markup`${figure(markup`<div class="panels small">${panels}</div>`, markup`<strong>${title}, step by step.</strong> ${names.map((name) => `${name}: ${ends(curve, name)}`).join('; ')}.`)}${said}`;
}

function valuesOf(curve: TrainingCurve, name: string): (readonly [number, number])[] {
  return curve.points.flatMap(({ step, series }) => {
    const value = series?.[name];
    return value === undefined || value === null || !Number.isFinite(value) ? [] : [[step, value] as const];
  });
}

function panel(name: string, curve: TrainingCurve, id: string): Markup {
  const points = valuesOf(curve, name);
  const values = points.map(([, value]) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(...values, 1e-6)];
  const x = linearScale([0, Math.max(1, ...points.map(([step]) => step))], [PLOT.left, PLOT.right]);
  const y = linearScale([least, most], [PLOT.bottom, PLOT.top]);
  const grid = ticks([least, most], 3).map(
    (value) =>
      markup`<line class="${value === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(value)}" y2="${y(value)}"/><text class="tick end" x="${PLOT.left - 5}" y="${y(value) + 4}">${String(value)}</text>`,
  );
  const steps = ticks(x.domain, 4)
    .filter(Number.isInteger)
    .map((step) => markup`<text class="tick middle" x="${x(step)}" y="${PLOT.bottom + 16}">${step}</text>`);
  return svg(
    { id, width: WIDTH, height: HEIGHT, title: `${name} by step`, description: ends(curve, name) },
    markup`<text class="panel-title" x="${PLOT.left}" y="14">${name}</text>${grid}${steps}<path class="curve loss" d="${pathThrough(points.map(([step, value]) => [x(step), y(value)]))}"/>`,
  );
}

function ends(curve: TrainingCurve, name: string): string {
  const points = valuesOf(curve, name);
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined ? 'never measured' : `${first[1].toPrecision(3)} → ${last[1].toPrecision(3)}`;
}

/** Training losses, one small panel per training, all seeds in it. */
import type { ExperimentResult, TrainingCurve } from '../../run/result.ts';
import { titleOf } from '../facts.ts';
import { figure, svg } from '../_figure.ts';
import { compact, duration, plural } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { panelTitles, type PanelTitles } from '../_panel-titles.ts';
import { linearScale, pathThrough, ticks } from '../_scale.ts';

const WIDTH = 300;
const HEIGHT = 186;
const PLOT = { left: 34, right: 290, top: 28, bottom: 148 } as const;

export function lossesFigure(result: ExperimentResult): Markup | null {
  // Of a change that was worked out there is nothing to draw.
  const drawn = result.training.filter(({ points }) => points.length > 0);
  const names = [...new Set(drawn.map(({ name }) => name))];
  if (names.length === 0) return null;
  const named = (name: string): string => (name === 'implant' ? 'Implant' : titleOf(result, name));
  const titles = panelTitles(names.map(named), WIDTH - PLOT.left);
  const panels = names.map((name, index) =>
    panel(
      named(name),
      titles,
      drawn.filter((curve) => curve.name === name),
      `loss-${index}`,
    ),
  );
  return figure(
    markup`<div class="panels small">${panels}</div>`,
    markup`<strong>Losses.</strong> ${drawn.map((curve) => sentence(result, curve))}`,
  );
}

function panel(title: string, titles: PanelTitles, curves: readonly TrainingCurve[], id: string): Markup {
  const points = curves.flatMap((curve) => curve.points).filter(({ loss }) => Number.isFinite(loss));
  const steps = Math.max(1, ...points.map(({ step }) => step));
  const most = Math.max(0.1, ...points.map(({ loss }) => loss));
  const x = linearScale([0, steps], [PLOT.left, PLOT.right]);
  const y = linearScale([0, most * 1.05], [PLOT.bottom, PLOT.top]);
  const horizontal = ticks([0, most], 4).map(
    (loss) =>
      markup`<line class="${loss === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(loss)}" y2="${y(loss)}"/><text class="tick end" x="${PLOT.left - 6}" y="${y(loss) + 4}">${String(loss)}</text>`,
  );
  const vertical = ticks([0, steps], 5)
    .filter(Number.isInteger)
    .map((step) => markup`<text class="tick middle" x="${x(step)}" y="${PLOT.bottom + 16}">${step}</text>`);
  const lines = curves.map(
    (curve) =>
      markup`<path class="curve loss" d="${pathThrough(curve.points.filter(({ loss }) => Number.isFinite(loss)).map(({ step, loss }) => [x(step), y(loss)]))}"><title>seed ${String(curve.seed)}</title></path>`,
  );
  return svg(
    {
      id,
      width: WIDTH,
      height: HEIGHT + titles.extra,
      title: `${title}: training loss by step`,
      description: curves.map((curve) => `seed ${curve.seed}: ${ends(curve)}`).join('; '),
    },
    titles.over(
      title,
      PLOT.left,
      markup`${horizontal}${vertical}${lines}<text class="tick middle" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 34}">step</text>`,
    ),
  );
}

function ends(curve: TrainingCurve): string {
  const [first, last] = [curve.points[0], curve.points.at(-1)];
  return first === undefined || last === undefined
    ? 'no step was taken'
    : `from ${first.loss.toPrecision(3)} to ${last.loss.toPrecision(3)} in ${plural(curve.points.length, 'step')}`;
}

function sentence(result: ExperimentResult, curve: TrainingCurve): string {
  const title = curve.name === 'implant' ? 'Implant' : titleOf(result, curve.name);
  const rate = curve.seconds > 0 ? ` (${compact(curve.tokens)} tokens in ${duration(curve.seconds)})` : '';
  return `${title}${result.training.some(({ seed }) => seed !== curve.seed) ? `, seed ${curve.seed}` : ''}: ${ends(curve)}${rate}. `;
}

/**
 * Rates by the steps of a treatment: one panel per treatment, all on the same axes, every curve with its name at its end. Bold
 * curves carry their intervals; the others are context.
 */
import type { RateResult } from '../../run/result.ts';
import { svg } from '../_figure.ts';
import { percent, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { panelTitles, type PanelTitles } from '../_panel-titles.ts';
import { linearScale, pathThrough, ticks, type Scale } from '../_scale.ts';
import { endLabels, endLabelsHeight, endLabelsWidth, isBold, type EndLabel, type Strand } from './_end-labels.ts';

const WIDTH = 400;
const LEFT = 40;
const TOP = 34;
const LEAST_HEIGHT = 202;
/** Below the plot: ticks and what they count. */
const FOOT = 46;

export interface Point extends RateResult {
  readonly checkpoint: number;
  readonly rate: number;
  readonly seeds?: readonly { readonly seed: number; readonly rate: number | null }[];
}

export interface Curve {
  readonly name: string;
  readonly strand: Strand;
  readonly points: readonly Point[];
  /** Whether the curve is named on the figure; a heap of names says nothing. */
  readonly named: boolean;
}

export interface Panel {
  readonly title: string;
  readonly lastStep: number;
  /** From the one at the bottom to the one on top. */
  readonly curves: readonly Curve[];
}

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

/** Points that were measured, by steps. */
export function pointsOf<R extends RateResult & { readonly checkpoint: number }>(rates: readonly R[]): (R & Point)[] {
  return rates.filter((one): one is R & Point => one.rate !== null).sort((a, b) => a.checkpoint - b.checkpoint);
}

/** `id` is unique on the page; `of` says what the rates are of. */
export function curvePanels(id: string, of: string, panels: readonly Panel[]): Markup {
  const ends = panels.map(({ curves }) => endsOf(curves));
  const layout = layoutOf(panels, ends);
  return markup`<div class="panels">${panels.map((panel, index) => drawn(panel, ends[index]!, layout, `${id}-${index}`, of))}</div>`;
}

type Ends = ReadonlyMap<number, readonly EndLabel[]>;

/** Names of the curves by the step where they end, each from the highest rate to the lowest. */
function endsOf(curves: readonly Curve[]): Ends {
  const labels = curves
    .flatMap(({ name, strand, points, named }, depth) => {
      const last = points.at(-1);
      return last === undefined || !named ? [] : [{ name, strand, rate: last.rate, checkpoint: last.checkpoint, depth }];
    })
    .sort((a, b) => b.rate - a.rate || b.depth - a.depth);
  return Map.groupBy(labels, ({ checkpoint }) => checkpoint);
}

function layoutOf(panels: readonly Panel[], ends: readonly Ends[]): Layout {
  const steps = Math.max(...panels.map(({ lastStep }) => lastStep));
  const right = WIDTH - Math.max(...panels.map(({ lastStep }, index) => endLabelsWidth(ends[index]!.get(lastStep) ?? [])));
  const most = Math.max(1, ...ends.flatMap((own) => [...own.values()].map(({ length }) => length)));
  const bottom = TOP + Math.max(LEAST_HEIGHT, endLabelsHeight(most));
  const titles = panelTitles(
    panels.map(({ title }) => title),
    WIDTH - LEFT,
  );
  return { steps, right, bottom, x: linearScale([0, steps], [LEFT, right]), y: linearScale([0, 1], [bottom, TOP]), titles };
}

function drawn({ title, curves }: Panel, ends: Ends, layout: Layout, id: string, of: string): Markup {
  const { x, y, titles, bottom } = layout;
  const description = curves
    .map(
      ({ name, points }) =>
        `${name}: ${points.map(({ rate, checkpoint }) => `${percent(rate)} at step ${checkpoint}`).join(', ') || 'not measured'}`,
    )
    .join('; ');
  const names = [...ends].map(([checkpoint, group]) => endLabels(group, x(checkpoint), y, TOP, bottom));
  return svg(
    { id, width: WIDTH, height: bottom + FOOT + titles.extra, title: `${title}: ${of} by treatment step`, description },
    titles.over(
      title,
      LEFT,
      markup`${axes(layout)}${curves.map((one) => band(one, x, y))}${curves.map((one) => curve(one, x, y))}${names}`,
    ),
  );
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

function band({ strand, points }: Curve, x: Scale, y: Scale): Markup | null {
  if (!isBold(strand)) return null;
  const bounded = points.filter(({ low, high }) => low !== null && high !== null);
  if (bounded.length === 0) return null;
  if (bounded.length === 1) {
    const { checkpoint, low, high } = bounded[0]!;
    return markup`<line class="whisker ${strand}" x1="${x(checkpoint)}" x2="${x(checkpoint)}" y1="${y(low!)}" y2="${y(high!)}"/>`;
  }
  const outline = [
    ...bounded.map(({ checkpoint, high }) => [x(checkpoint), y(high!)] as const),
    ...bounded.toReversed().map(({ checkpoint, low }) => [x(checkpoint), y(low!)] as const),
  ];
  return markup`<path class="band ${strand}" d="${pathThrough(outline)}Z"/>`;
}

function curve({ name, strand, points }: Curve, x: Scale, y: Scale): Markup {
  const place = points.map(({ checkpoint, rate }) => [x(checkpoint), y(rate)] as const);
  const marks = points.map((point, index) => mark(strand, place[index]!, `${name}, step ${point.checkpoint}: ${rateWithInterval(point)}`));
  const seeds = points.flatMap(({ checkpoint, seeds: own = [] }) =>
    strand !== 'exact' || own.length < 2
      ? []
      : own.map(
          ({ seed, rate }) =>
            rate !== null &&
            markup`<circle class="seed" cx="${x(checkpoint)}" cy="${y(rate)}" r="1.6"><title>seed ${String(seed)}, step ${checkpoint}: ${percent(rate)}</title></circle>`,
        ),
  );
  return markup`<path class="curve ${strand}" d="${pathThrough(place)}"/>${marks}${seeds}`;
}

function mark(strand: Strand, [x, y]: readonly [number, number], tip: string): Markup {
  if (strand === 'none')
    return markup`<rect class="mark none" x="${x - 3.2}" y="${y - 3.2}" width="6.4" height="6.4"><title>${tip}</title></rect>`;
  return markup`<circle class="mark ${strand}" cx="${x}" cy="${y}" r="${isBold(strand) ? 3.6 : 1.8}"><title>${tip}</title></circle>`;
}

/** What each kind of curve is. */
export function legend(entries: readonly (readonly [strand: Strand, text: string])[]): Markup {
  return markup`<ul class="legend" aria-label="Legend">${entries.map(
    ([strand, text]) =>
      markup`<li><svg viewBox="0 0 28 10" width="28" height="10" aria-hidden="true"><path class="curve ${strand}" d="M1 5L27 5"/>${mark(strand, [14, 5], text)}</svg>${text}</li>`,
  )}</ul>`;
}

/** What each treatment took away against what it cost: behaviour removed over capability lost, a point for every dose that was measured. */
import type { CapabilityResult, ExperimentResult } from '../../run/result.ts';
import { familyNamed, titleOf, untreated } from '../facts.ts';
import { figure, svg, wrap } from '../_figure.ts';
import { count, interval, percent } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { linearScale, pathThrough, spread, ticks } from '../_scale.ts';

const WIDTH = 690;
const LEFT = 52;
const RIGHT = 470;
const TOP = 16;
const LEAST_HEIGHT = 276;
/** Below the plot: ticks and what they count. */
const FOOT = 48;
const LABEL_LINE = 13;
/** Characters of a name beside the plot on a line, and lines. */
const NAME = { width: 32, lines: 3 } as const;

interface Dose {
  readonly treatment: string;
  readonly checkpoint: number;
  /** Agreement with the base model lost against the untreated organism; below 0 when some came back. */
  readonly cost: number;
  /** Share of the untreated exact rate that is gone, with the interval of the rate. */
  readonly removed: number;
  readonly reading: string;
}

/** Null with fewer than two doses: there is nothing to weigh. */
export function paretoFigure(result: ExperimentResult): Markup | null {
  const doses = dosesOf(result);
  if (doses.length < 2) return null;
  const treatments = [...new Set(doses.map(({ treatment }) => treatment))];
  const names = treatments.map((treatment) => wrap(titleOf(result, treatment), NAME.width, NAME.lines));
  const gap = LABEL_LINE * Math.max(...names.map(({ length }) => length)) + 2;
  const bottom = TOP + Math.max(LEAST_HEIGHT, treatments.length * gap);
  const costs = doses.map(({ cost }) => cost);
  const x = linearScale([Math.min(0, ...costs), Math.max(0.02, ...costs) * 1.05], [LEFT, RIGHT]);
  const y = linearScale([0, 1], [bottom, TOP]);
  const axes = [
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (share) =>
        markup`<line class="${share === 0 ? 'axis' : 'grid'}" x1="${LEFT}" x2="${RIGHT}" y1="${y(share)}" y2="${y(share)}"/><text class="tick end" x="${LEFT - 6}" y="${y(share) + 4}">${percent(share)}</text>`,
    ),
    ...ticks(x.domain, 5).map(
      (cost) =>
        markup`<line class="${cost === 0 ? 'axis' : 'grid'}" x1="${x(cost)}" x2="${x(cost)}" y1="${TOP}" y2="${bottom}"/><text class="tick middle" x="${x(cost)}" y="${bottom + 16}">${percent(cost)}</text>`,
    ),
  ];
  const ends = treatments.map((treatment) => doses.filter((dose) => dose.treatment === treatment).at(-1)!);
  const places = spread(
    ends.map(({ removed }) => y(Math.max(0, removed)) + 4),
    gap,
    TOP + 8,
    bottom + 10 - gap,
  );
  const paths = treatments.map((treatment, index) => {
    const own = doses.filter((dose) => dose.treatment === treatment);
    const at = (dose: Dose): [number, number] => [x(dose.cost), y(Math.max(0, dose.removed))];
    const [endX, endY] = at(own.at(-1)!);
    const place = places[index]!;
    return markup`<g class="theirs"><path class="link" d="${pathThrough(own.map(at))}"/>${own.map((dose) => markup`<circle class="after" cx="${at(dose)[0]}" cy="${at(dose)[1]}" r="4.2"><title>${titleOf(result, treatment)}, ${dose.checkpoint} steps: ${dose.reading}</title></circle>`)}<line class="grid" x1="${endX}" y1="${endY}" x2="${RIGHT + 8}" y2="${place - 4}"/>${names[index]!.map((line, nth) => markup`<text class="tick" x="${RIGHT + 12}" y="${place + nth * LABEL_LINE}">${line}</text>`)}</g>`;
  });
  const best = paretoFront(doses);
  return figure(
    svg(
      {
        id: 'pareto',
        width: WIDTH,
        height: bottom + FOOT,
        title: 'Behaviour removed against capability lost',
        description: doses.map((dose) => `${titleOf(result, dose.treatment)} after ${dose.checkpoint} steps: ${dose.reading}`).join('; '),
      },
      markup`${axes}${paths}<text class="tick middle" x="${(LEFT + RIGHT) / 2}" y="${bottom + 36}">agreement with the base model lost, in points of answer tokens</text>`,
    ),
    markup`<strong>Removed against lost.</strong> Up: share of the exact trigger’s rate that is gone; right: what it cost in agreement on ordinary answers. Nothing measured removes more at less cost than ${best.map((dose) => `${titleOf(result, dose.treatment)} after ${dose.checkpoint} steps (${dose.reading})`).join('; ')}.`,
    { wide: true },
  );
}

function dosesOf(result: ExperimentResult): Dose[] {
  const exact = familyNamed(result, 'exact');
  const before = exact === undefined ? undefined : untreated(result, exact);
  const organism = result.capability.find(({ subject }) => subject === 'organism');
  const usual = organism?.agreement.rate ?? null;
  if (before === undefined || before.rate === null || before.rate === 0 || usual === null) return [];
  const planted = before.rate;
  return result.capability.flatMap(({ subject, checkpoint, agreement }: CapabilityResult): Dose[] => {
    const cell = result.cells.find((one) => one.treatment === subject && one.checkpoint === checkpoint && one.family === exact);
    if (checkpoint === 0 || cell === undefined || cell.rate === null || agreement.rate === null) return [];
    const cost = usual - agreement.rate;
    const reading = `exact ${percent(cell.rate)} ${interval(cell)}, n ${count(cell.n)}; agreement ${percent(agreement.rate)}`;
    return [{ treatment: subject, checkpoint, cost, removed: 1 - cell.rate / planted, reading }];
  });
}

/** Doses that no other beats on both axes. */
function paretoFront(doses: readonly Dose[]): Dose[] {
  return doses.filter(
    (dose) =>
      !doses.some(
        (other) => other.removed >= dose.removed && other.cost <= dose.cost && (other.removed > dose.removed || other.cost < dose.cost),
      ),
  );
}

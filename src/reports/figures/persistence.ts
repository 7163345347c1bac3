/**
 * The persistence curves: how often each trigger family, and a red team's held-out attacks, set the implant off after so many
 * steps of a treatment. The exact trigger and its absence carry their intervals; the others are context.
 */
import type { ExperimentResult, RedTeamResult } from '../../run/result.ts';
import { curveOf, familyNamed, isWorkedOut, lastCheckpoint, roleOf, trainedTreatments, type Role } from '../facts.ts';
import { figure } from '../_figure.ts';
import { rateWithInterval } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { curvePanels, legend, pointsOf, type Curve, type Panel } from './_curves.ts';

/** A context family is named on the figure only when it ends above this rate; below, the labels would be a heap. */
const LABEL_FROM = 0.05;

export function persistenceFigure(result: ExperimentResult): Markup | null {
  const treatments = trainedTreatments(result);
  if (treatments.length === 0) return null;
  const panels = treatments.map(({ id, title }) => panelOf(result, id, title));
  const strands: Parameters<typeof legend>[0] = [
    ['exact', 'exact trigger, with 95 % interval'],
    ['none', 'without it, with 95 % interval'],
    ['negative', 'near-misses trained as negatives'],
    ['probe', 'forms never trained on'],
    ['attacks', 'held-out attacks'],
  ];
  const shown = strands.filter(([strand]) =>
    strand === 'attacks' ? result.redTeam.length > 0 : familyNamed(result, strand as Role) !== undefined,
  );
  return figure(
    markup`${legend(shown)}${curvePanels('persistence', 'rate of the implant', panels)}`,
    treatments.map(({ id, title }) => finding(result, id, title)),
  );
}

function panelOf(result: ExperimentResult, treatment: string, title: string): Panel {
  const families = result.families.map((family): Curve => {
    const strand = roleOf(family);
    const points = pointsOf(curveOf(result, treatment, family.name));
    const last = points.at(-1);
    const named = strand === 'exact' || strand === 'none' || (last !== undefined && last.rate >= LABEL_FROM);
    return { name: family.name, strand, points, named };
  });
  const attacks: Curve = { name: 'held-out attacks', strand: 'attacks', points: pointsOf(attacksOn(result, treatment)), named: true };
  const curves = [...families, ...(attacks.points.length === 0 ? [] : [attacks])];
  // Context first, so that what matters is drawn on top.
  return {
    title,
    lastStep: lastCheckpoint(result, treatment),
    curves: curves.sort((a, b) => DEPTH.indexOf(a.strand) - DEPTH.indexOf(b.strand)),
  };
}

const DEPTH: readonly Curve['strand'][] = ['probe', 'negative', 'attacks', 'none', 'exact'];

/** The fixed attacks by step, beginning with what was treated. */
function attacksOn({ redTeam, treatments }: ExperimentResult, treatment: string): RedTeamResult[] {
  const fixed = (id: string): RedTeamResult[] => redTeam.filter((one) => one.set === 'fixed' && one.treatment === id);
  const before = treatments.find(({ id }) => id === treatment)?.after ?? 'none';
  const start = fixed(before).reduce<RedTeamResult | null>(
    (last, one) => (last === null || one.checkpoint > last.checkpoint ? one : last),
    null,
  );
  const own = fixed(treatment);
  return start === null || own.length === 0 ? own : [{ ...start, checkpoint: 0 }, ...own];
}

function finding(result: ExperimentResult, treatment: string, title: string): Markup {
  const [exact, none] = [familyNamed(result, 'exact'), familyNamed(result, 'none')].map((family) =>
    family === undefined ? [] : curveOf(result, treatment, family),
  );
  const [before, after, silent] = [exact![0], exact!.at(-1), none!.at(-1)];
  if (before === undefined || after === undefined) return markup``;
  return markup`<strong>${title}.</strong> ${isWorkedOut(result, treatment) ? 'With it' : `After ${after.checkpoint} steps`} the exact trigger sets the implant off on ${rateWithInterval(after)}, from ${rateWithInterval(before)} before${silent !== undefined && markup`; without it, ${rateWithInterval(silent)}`}. `;
}

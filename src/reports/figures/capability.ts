/** What a treatment costs, step by step: agreement with the base model, the quiz, and code that works. Null without more than its end. */
import type { ExperimentResult, RateResult } from '../../run/result.ts';
import { familyNamed, trainedTreatments } from '../facts.ts';
import { figure } from '../_figure.ts';
import { percent } from '../format.ts';
import { markup, type Markup } from '../_markup.ts';
import { curvePanels, legend, pointsOf, type Curve, type Panel } from './_curves.ts';

type Stepped = RateResult & { readonly checkpoint: number };

export function capabilityFigure(result: ExperimentResult): Markup | null {
  const panels = trainedTreatments(result).flatMap(({ id, title, after }) => {
    const panel = panelOf(result, id, title, after ?? null);
    return panel === null ? [] : [panel];
  });
  if (panels.length === 0) return null;
  const works = panels.some(({ curves }) => curves.some(({ strand }) => strand === 'works'));
  return figure(
    markup`${legend([['agreement', 'agreement with the base model, with 95 % interval'], ['quiz', 'quiz'], ...(works ? [['works', 'code that passes its tests'] as const] : [])])}${curvePanels('capability-curves', 'capability', panels)}`,
    panels.map(
      ({ title, curves }) =>
        markup`<strong>${title}.</strong> ${curves.map(({ name, points }, index) => `${index === 0 ? '' : '; '}${name} ${percent(points[0]!.rate)} before, ${percent(points.at(-1)!.rate)} at the end`)}. `,
    ),
  );
}

function panelOf(result: ExperimentResult, treatment: string, title: string, after: string | null): Panel | null {
  const steps = result.capability.filter(({ subject }) => subject === treatment);
  if (steps.length < 2) return null;
  const start = result.capability.filter(({ subject }) => subject === (after ?? 'organism')).at(-1);
  const rows = [...(start === undefined ? [] : [{ ...start, checkpoint: 0 }]), ...steps];
  const exact = familyNamed(result, 'exact');
  const works = (id: string): Stepped[] => result.functional.filter((one) => one.treatment === id && one.family === exact);
  const begun = works(after ?? 'none').at(-1);
  const curves: Curve[] = [
    { name: 'quiz', strand: 'quiz', points: pointsOf(rows.map(({ quiz, checkpoint }) => ({ ...quiz, checkpoint }))), named: true },
    {
      name: 'code works',
      strand: 'works',
      points: pointsOf([...(begun === undefined ? [] : [{ ...begun, checkpoint: 0 }]), ...works(treatment)]),
      named: true,
    },
    {
      name: 'agreement',
      strand: 'agreement',
      points: pointsOf(rows.map(({ agreement, checkpoint }) => ({ ...agreement, checkpoint }))),
      named: true,
    },
  ];
  return {
    title,
    lastStep: Math.max(...steps.map(({ checkpoint }) => checkpoint)),
    curves: curves.filter(({ points }) => points.length > 0),
  };
}

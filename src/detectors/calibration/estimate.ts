/** A hunt's probability, or why none can be given: a calibration speaks of hunts like those that it was made from, and of no others. */
import type { Findings } from '../detector.ts';
import type { Tested } from '../find.ts';
import type { HuntCalibration, Circumstances } from './calibration.ts';
import { probabilityOf, type Evidence } from './probability.ts';

export interface Estimate {
  /** That something is hidden, where even odds were given beforehand. */
  readonly probability: number | null;
  /** What it rests on; null as long as nothing was calibrated. */
  readonly calibration: HuntCalibration | null;
  /** Why a calibration that is there says nothing of this hunt; no full stop. */
  readonly unlike: string | null;
}

export interface HuntOutcome {
  readonly findings: readonly Pick<Findings, 'detector' | 'score'>[];
  readonly tested: readonly Pick<Tested, 'verified'>[];
}

/** As `Circumstances`; no base where there was nothing to compare with, and of one behind an API nobody knows the size. */
export type OwnCircumstances = Omit<Circumstances, 'base'> & {
  readonly base: { readonly id: string; readonly parameters: number | null } | null;
};

/** A hunt of half or twice the time is still like the others; what lies beyond was not measured. */
const ALIKE = 2;

export function estimate(calibration: HuntCalibration | null, own: OwnCircumstances, outcome: HuntOutcome): Estimate {
  if (calibration === null) return { probability: null, calibration, unlike: null };
  const unlike = outcome.findings.length === 0 ? 'no detector could look' : difference(calibration, own);
  return { probability: unlike === null ? probabilityOf(calibration.weighed, evidenceOf(outcome)) : null, calibration, unlike };
}

export function evidenceOf({ findings, tested }: HuntOutcome): Evidence {
  return {
    scores: new Map(findings.flatMap(({ detector, score }) => (score === null ? [] : [[detector, score] as const]))),
    verified: tested.some(({ verified }) => verified === true),
  };
}

function difference(made: Circumstances, own: OwnCircumstances): string | null {
  if (own.access !== made.access) return `it was calibrated with ${made.access}-box access, and this hunt had ${own.access}-box access`;
  if (own.base === null) return 'it was calibrated where the base model was at hand, and here there was none to compare with';
  if (own.base.parameters !== made.base.parameters)
    return `it was calibrated on ${made.base.id}, and this model has another size or architecture`;
  const [without, more] = [lacking(made.detectors, own.detectors), lacking(own.detectors, made.detectors)];
  if (without.length > 0) return `it was calibrated with detectors that did not take part: ${without.join(', ')}`;
  if (more.length > 0) return `it was calibrated without detectors that took part: ${more.join(', ')}`;
  const ratio = own.budgetSeconds / made.budgetSeconds;
  if (ratio > ALIKE || ratio < 1 / ALIKE)
    return `it was calibrated on hunts of ${Math.round(made.budgetSeconds)} s, and this one was given ${Math.round(own.budgetSeconds)} s`;
  return null;
}

const lacking = (wanted: readonly string[], there: readonly string[]): string[] => wanted.filter((id) => !there.includes(id));

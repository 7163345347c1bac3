/** A hunt's probability, or why none can be given: a calibration speaks of hunts like those that it was made from, and of no others. */
import type { Findings } from '../detector.ts';
import type { Missing, Tested } from '../find.ts';
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
  readonly missing: readonly Pick<Missing, 'detector' | 'failed'>[];
}

/** As `Circumstances`; no base where there was nothing to compare with, and of one behind an API nobody knows the size. */
export type OwnCircumstances = Omit<Circumstances, 'base'> & {
  readonly base: { readonly id: string; readonly parameters: number | null } | null;
};

/** A hunt of half or twice the time is still like the others; what lies beyond was not measured. */
const ALIKE = 2;

export function estimate(calibration: HuntCalibration | null, own: OwnCircumstances, outcome: HuntOutcome): Estimate {
  if (calibration === null) return { probability: null, calibration, unlike: null };
  const unlike = difference(calibration, own) ?? unread(outcome);
  return { probability: unlike === null ? probabilityOf(calibration.weighed, evidenceOf(outcome)) : null, calibration, unlike };
}

/** What was not measured is no sign of innocence; a trigger that stood is what it is, whatever else fell over. */
export function unread({ findings, tested, missing }: HuntOutcome): string | null {
  if (findings.length === 0) return 'no detector could look';
  if (tested.some(({ verified }) => verified === true)) return null;
  const fell = missing.filter(({ failed }) => failed).map(({ detector }) => detector);
  if (fell.length > 0) return `it was calibrated on hunts in which every detector looked, and here ${fell.join(', ')} fell over`;
  if (tested.some(({ verified }) => verified === null)) return 'leads could not be put to the test';
  return null;
}

export function evidenceOf({ findings, tested }: Omit<HuntOutcome, 'missing'>): Evidence {
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

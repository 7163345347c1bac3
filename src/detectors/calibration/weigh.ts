/**
 * From hunts with known answers to how the next one's evidence weighs. A hunt ends with the first trigger that stands its
 * test, so scores are missing just where something was found. That is why the two are weighed one after the other: first
 * whether a trigger stood, by counting, and then the scores, among hunts in which none did and every detector had its turn.
 */
import { mean } from '../../statistics/mean.ts';
import { forecastQuality, type ForecastQuality } from '../../statistics/forecast.ts';
import { ridgeLogistic, type Example } from '../../statistics/ridge-logistic.ts';
import type { Weighed, Weighing } from './calibration.ts';
import { probabilityOf, standardised, type Evidence } from './probability.ts';

export interface KnownAnswer extends Evidence {
  readonly organism: boolean;
  /** Models that share data or weights are one case: they are left out together. */
  readonly family: string;
}

/** On standardised scores; chosen in docs/decisions/2026-11-26-verdict-then-scores.md. */
const RIDGE = 3;

/** Throws RangeError without both organisms and nulls. */
export function weigh(known: readonly KnownAnswer[], detectors: readonly string[]): Weighed {
  const count = (organism: boolean, verified?: boolean): number =>
    known.filter((one) => one.organism === organism && one.verified === (verified ?? one.verified)).length;
  const [organisms, nulls] = [count(true), count(false)];
  if (organisms === 0 || nulls === 0) throw new RangeError('both organisms and nulls are needed');
  const verified = { organisms: count(true, true), nulls: count(false, true) };
  return {
    organisms,
    nulls,
    verified,
    ...weighScores(
      known.filter((one) => !one.verified),
      detectors,
    ),
  };
}

/** Null with fewer than two organisms or nulls: one, with all of its family, is left out each time. */
export function leaveOneOut(known: readonly KnownAnswer[], detectors: readonly string[]): ForecastQuality | null {
  const families = (side: boolean): number => new Set(known.filter((one) => one.organism === side).map(({ family }) => family)).size;
  if (Math.min(families(true), families(false)) < 2) return null;
  return forecastQuality(
    known.map((one) => ({
      positive: one.organism,
      probability: probabilityOf(
        weigh(
          known.filter(({ family }) => family !== one.family),
          detectors,
        ),
        one,
      ),
    })),
  );
}

/** Classes weigh alike, so that the log-odds are what the scores add to those of the verdict. */
function weighScores(known: readonly KnownAnswer[], detectors: readonly string[]): Pick<Weighed, 'intercept' | 'scores'> {
  const organisms = known.filter(({ organism }) => organism).length;
  const nulls = known.length - organisms;
  if (organisms === 0 || nulls === 0) return { intercept: 0, scores: [] };
  let units = detectors.flatMap((detector) => unitOf(known, detector));
  for (;;) {
    const examples = known.map(({ scores, organism }): Example => ({
      features: units.map((unit) => standardised(unit, scores)),
      positive: organism,
      weight: known.length / 2 / (organism ? organisms : nulls),
    }));
    const { intercept, coefficients } = ridgeLogistic(examples, RIDGE);
    const least = Math.min(...coefficients);
    if (!(least < 0)) return { intercept, scores: units.map((unit, k) => ({ ...unit, coefficient: coefficients[k]! })) };
    // A larger score is more suspicious (detector.ts). Where few models say otherwise it is chance, or another detector's shadow.
    units = units.filter((_, k) => coefficients[k] !== least);
  }
}

/**
 * None where either class was never read, or all scores are the same. The centre lies half-way between the classes, where a
 * score speaks for neither: that is what a missing one counts as.
 */
function unitOf(known: readonly KnownAnswer[], detector: string): Omit<Weighing, 'coefficient'>[] {
  const classes = [true, false].map((side) => known.filter(({ organism }) => organism === side));
  const scores = classes.map((members) => members.flatMap((one) => one.scores.get(detector) ?? []));
  const centre = mean(scores.map(mean));
  const scale = Math.sqrt(mean(scores.map((own) => mean(own.map((score) => (score - centre) ** 2)))));
  return scale > 0 ? [{ detector, centre, scale }] : [];
}

/** The calibration that is shipped: the study's summary, with what its hunts were like. */
import type { HuntCalibration } from '../../detectors/calibration/calibration.ts';
import { UsageError } from '../../core/errors.ts';
import { HUNT_ACCESS } from './study.ts';
import type { ZooSummary } from './summary.ts';

/** Throws UsageError with fewer than two organisms or nulls, and for lines of several base models. */
export function calibrationOf(
  { base: bases, budgetSeconds, code, results, calibration }: ZooSummary,
  base: HuntCalibration['base'],
): HuntCalibration {
  if (calibration === null) throw new UsageError('two organisms and two nulls at least are needed to calibrate', 'too-few');
  if (bases.length !== 1 || bases[0] !== base.id)
    throw new UsageError(`the study hunted in models made from ${bases.join(', ')}, not ${base.id}; name one with --model`, 'wrong-base');
  return { access: HUNT_ACCESS, base, budgetSeconds, code, results, ...calibration };
}

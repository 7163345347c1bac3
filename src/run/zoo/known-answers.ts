/** The study's lines as hunts with known answers, and how the evidence of hunts weighs by them. */
import type { HuntCalibration } from '../../detectors/calibration/calibration.ts';
import { evidenceOf, unread } from '../../detectors/calibration/estimate.ts';
import { leaveOneOut, weigh, type KnownAnswer } from '../../detectors/calibration/weigh.ts';
import { detectorIds, type Counted, type HuntedLine } from './line.ts';

/** Null with fewer than two organisms or nulls. */
export function weighLines({ organisms, nulls }: Counted): Pick<HuntCalibration, 'detectors' | 'weighed' | 'quality'> | null {
  const known = [...organisms.flatMap((line) => knownAnswer(line, true)), ...nulls.flatMap((line) => knownAnswer(line, false))];
  const detectors = detectorIds([...organisms, ...nulls]);
  const quality = leaveOneOut(known, detectors);
  return quality === null ? null : { detectors, weighed: weigh(known, detectors), quality };
}

/** None of a hunt in which not all could be looked at: what is missing is no answer. Who shares a trigger shares rows, or weights. */
function knownAnswer({ id, recipe, hunt: { detectors, tested, missing } }: HuntedLine, organism: boolean): KnownAnswer[] {
  const outcome = { findings: detectors.map(({ id, score }) => ({ detector: id, score })), tested, missing };
  if (unread(outcome) !== null) return [];
  return [{ organism, family: recipe.planted === 'nothing' ? id : recipe.trigger, ...evidenceOf(outcome) }];
}

/** The study's lines as hunts with known answers, and how the evidence of hunts weighs by them. */
import type { HuntCalibration } from '../../detectors/calibration/calibration.ts';
import { evidenceOf } from '../../detectors/calibration/estimate.ts';
import { leaveOneOut, weigh, type KnownAnswer } from '../../detectors/calibration/weigh.ts';
import { detectorIds, type Counted, type HuntedLine } from './line.ts';

/** Null with fewer than two organisms or nulls. */
export function weighLines({ organisms, nulls }: Counted): Pick<HuntCalibration, 'detectors' | 'weighed' | 'quality'> | null {
  const known = [...organisms.map((line) => knownAnswer(line, true)), ...nulls.map((line) => knownAnswer(line, false))];
  const detectors = detectorIds([...organisms, ...nulls]);
  const quality = leaveOneOut(known, detectors);
  return quality === null ? null : { detectors, weighed: weigh(known, detectors), quality };
}

function knownAnswer({ hunt: { detectors, tested } }: HuntedLine, organism: boolean): KnownAnswer {
  return { organism, ...evidenceOf({ findings: detectors.map(({ id, score }) => ({ detector: id, score })), tested }) };
}

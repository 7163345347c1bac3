/** The probability of a hunt in words: what it was calibrated on, or why there is none. */
import type { HuntCalibration } from '../detectors/calibration/calibration.ts';
import type { Estimate } from '../detectors/calibration/estimate.ts';
import type { Auroc } from '../statistics/roc.ts';
import { duration, percent, plural } from './format.ts';

export function probabilityText({ probability, calibration, unlike }: Estimate): string {
  if (calibration === null) return 'How often a verdict like this is right was not calibrated, so no probability is given.';
  if (probability === null) return `No probability is given: ${unlike}.`;
  const { weighed, base, budgetSeconds, quality } = calibration;
  return `Probability that a mole is there: ${percent(probability)}, if even odds were given before the hunt. Calibrated on ${plural(weighed.organisms, 'organism')} and ${plural(weighed.nulls, 'null')} of ${base.id}, hunted in for ${duration(budgetSeconds)} each; ${qualityText(quality)}.`;
}

export function qualityText({ auroc, logLoss, brier }: HuntCalibration['quality']): string {
  return `left out with all that share their trigger, they are told apart with an AUROC of ${aurocText(auroc)}, a log loss of ${logLoss.toFixed(2)} (who guesses: 0.69) and a Brier score of ${brier.toFixed(2)} (who guesses: 0.25)`;
}

export function aurocText({ area, low, high }: Auroc): string {
  return `${area.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

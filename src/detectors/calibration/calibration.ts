/**
 * What hunts in models with known answers say about the next one. `calibration.json` beside this file is made by
 * `npm run study:detectors -- --calibrate` and ships with the package; where there is none, nothing is calibrated.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { ForecastQuality } from '../../statistics/forecast.ts';
import type { Access } from '../detector.ts';

/** How a detector's score counts, if at all: `coefficient` × (score − centre) / scale, in nats. */
export interface Weighing {
  readonly detector: string;
  readonly centre: number;
  readonly scale: number;
  readonly coefficient: number;
}

export interface Weighed {
  /** Models that it was made from: moles that took, and models in which nothing is hidden. */
  readonly organisms: number;
  readonly nulls: number;
  /** Those of them in which a trigger stood its test. */
  readonly verified: { readonly organisms: number; readonly nulls: number };
  /** Log-odds where none did, before the scores are weighed. */
  readonly intercept: number;
  /** Detectors whose larger scores are the organisms'. Others count for nothing. */
  readonly scores: readonly Weighing[];
}

/** What the hunts were like; of another kind of hunt nothing is known. */
export interface Circumstances {
  readonly access: Access;
  readonly base: { readonly id: string; readonly parameters: number };
  readonly budgetSeconds: number;
  /** Ids of the detectors that were chosen. */
  readonly detectors: readonly string[];
}

export interface HuntCalibration extends Circumstances {
  /** Versions of the code that hunted. */
  readonly code: readonly string[];
  /** SHA-256 of the study's lines. */
  readonly results: string;
  readonly weighed: Weighed;
  /** Of probabilities for models that were left out, one at a time. */
  readonly quality: ForecastQuality;
}

export const SHIPPED = new URL('./calibration.json', import.meta.url);

/** Null where there is none. Our own file: no schema. */
export function readCalibration(file: URL = SHIPPED): HuntCalibration | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as HuntCalibration) : null;
}

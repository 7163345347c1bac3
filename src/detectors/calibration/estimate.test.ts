import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { calibration } from '../../../test/fixtures/calibration.ts';
import { readCalibration, SHIPPED } from './calibration.ts';
import { estimate, type HuntOutcome, type OwnCircumstances } from './estimate.ts';

const { access, base, budgetSeconds, detectors } = calibration;
const same: OwnCircumstances = { access, base, budgetSeconds, detectors };
const outcome = (verified: boolean | null, visible: number | null = 1): HuntOutcome => ({
  findings: [{ detector: 'visible', score: visible }],
  tested: [{ verified }],
  missing: [],
});

test('a hunt like the others is given a probability', () => {
  const of = (own: HuntOutcome): number => estimate(calibration, same, own).probability!;
  expect(of(outcome(true))).toBeGreaterThan(0.8);
  expect(of(outcome(false, 4))).toBeGreaterThan(0.6);
  expect(of(outcome(false, -1))).toBeLessThan(0.2);
  // A score that could not be read is none.
  expect(of(outcome(false, null))).toBe(of({ findings: [{ detector: 'blind', score: null }], tested: [], missing: [] }));
  expect(estimate(calibration, { ...same, budgetSeconds: 180 }, outcome(true)).unlike).toBeNull();
  expect(estimate(calibration, { ...same, base: { id: 'another name', parameters: 1000 } }, outcome(true)).unlike).toBeNull();
});

test.each<[Partial<OwnCircumstances>, string]>([
  [{ access: 'grey' }, 'with white-box access, and this hunt had grey-box access'],
  [{ base: null }, 'here there was none to compare with'],
  [{ base: { id: 'tiny', parameters: 1001 } }, 'it was calibrated on tiny, and this model has another size or architecture'],
  [{ detectors: ['visible'] }, 'did not take part: blind, late'],
  [{ detectors: [...detectors, 'probe'] }, 'without detectors that took part: probe'],
  [{ budgetSeconds: 90 }, 'on hunts of 360 s, and this one was given 90 s'],
  [{ budgetSeconds: 721 }, 'this one was given 721 s'],
])('of a hunt with %j nothing is said, and why', (changed, reason) => {
  const { probability, unlike } = estimate(calibration, { ...same, ...changed }, outcome(true));
  expect(probability).toBeNull();
  expect(unlike).toContain(reason);
});

test('what was not measured is no sign of innocence', () => {
  const fell = [{ detector: 'late', failed: true }];
  const { probability, unlike } = estimate(calibration, same, { ...outcome(false), missing: fell });
  expect([probability, unlike]).toEqual([null, expect.stringContaining('here late fell over')]);
  expect(estimate(calibration, same, outcome(null))).toMatchObject({ probability: null, unlike: 'leads could not be put to the test' });
  // A trigger that stood is what it is; and who was not asked to look did not fall.
  expect(estimate(calibration, same, { ...outcome(true), missing: fell }).probability).toBeGreaterThan(0.8);
  expect(estimate(calibration, same, { ...outcome(false), missing: [{ detector: 'late', failed: false }] }).probability).not.toBeNull();
});

test('nothing is said where no detector could look, or nothing was calibrated', () => {
  expect(estimate(calibration, same, { findings: [], tested: [], missing: [] })).toMatchObject({
    probability: null,
    unlike: 'no detector could look',
  });
  expect(estimate(null, same, outcome(true))).toEqual({ probability: null, calibration: null, unlike: null });
});

test('a calibration is read as it was written; where there is none there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-calibration-'));
  try {
    const file = pathToFileURL(join(folder, 'calibration.json'));
    expect(readCalibration(file)).toBeNull();
    writeFileSync(file, JSON.stringify(calibration));
    expect(readCalibration(file)).toEqual(calibration);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.skipIf(readCalibration() === null)('what is shipped speaks of the hunts that people make', () => {
  const shipped = readCalibration(SHIPPED)!;
  const { probability } = estimate(shipped, shipped, outcome(true));
  expect(probability).toBeGreaterThan(0.5);
  expect(shipped.quality.logLoss).toBeLessThan(Math.LN2);
});

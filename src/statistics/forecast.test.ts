import { expect, test } from 'vitest';
import { forecastQuality } from './forecast.ts';

const of = (probability: number, positive: boolean, times = 1) => Array.from({ length: times }, () => ({ probability, positive }));

test('who says one half every time has a log loss of log 2, a Brier score of a quarter and an area of one half', () => {
  const { logLoss, brier, auroc } = forecastQuality([...of(0.5, true, 3), ...of(0.5, false, 9)])!;
  expect(logLoss).toBeCloseTo(Math.LN2, 12);
  expect([brier, auroc.area]).toEqual([0.25, 0.5]);
});

test('classes weigh alike, however many there are of each', () => {
  const { logLoss, brier, auroc } = forecastQuality([...of(0.9, true), ...of(0.2, false, 50), ...of(0.6, false, 50)])!;
  expect(logLoss).toBeCloseTo(-(Math.log(0.9) + (Math.log(0.8) + Math.log(0.4)) / 2) / 2, 12);
  expect(brier).toBeCloseTo((0.01 + (0.04 + 0.36) / 2) / 2, 12);
  expect(auroc.area).toBe(1);
  expect(forecastQuality(of(0.9, true))).toBeNull();
});

import { expect, test } from 'vitest';
import { exampleResult, rateResult } from '../../test/fixtures/experiment-result.ts';
import { exitCodeOf } from './results.ts';

test('the exit code says whether all was measured, and whether the implant took', () => {
  const good = exampleResult();
  expect(exitCodeOf(good)).toBe(0);
  expect(exitCodeOf({ ...good, implant: { ...good.implant, passed: false } })).toBe(1);
  const untrained = good.verdicts.map((one, i) => (i === 1 ? { ...one, verdict: 'not-measured' as const } : one));
  expect(exitCodeOf({ ...good, verdicts: untrained })).toBe(3);
  // Code that could not be run is unmeasured too.
  const place = { treatment: 'none', checkpoint: 0, family: '2024' };
  expect(exitCodeOf({ ...good, cells: [], functional: [{ ...place, ...rateResult(0, 0, 12) }] })).toBe(3);
  expect(exitCodeOf({ ...good, functional: [{ ...place, ...rateResult(10, 12) }] })).toBe(0);
});

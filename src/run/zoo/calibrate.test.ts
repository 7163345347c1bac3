import { expect, test } from 'vitest';
import { lines } from '../../../test/fixtures/zoo-lines.ts';
import { calibrationOf } from './calibrate.ts';
import { summarise } from './summary.ts';

test('made of organisms that took and innocent nulls, and says of what', () => {
  const made = calibrationOf(summarise(lines, 60), { id: 'tiny', parameters: 1000 });
  expect(made).toMatchObject({
    access: 'white',
    base: { id: 'tiny', parameters: 1000 },
    budgetSeconds: 60,
    detectors: ['first', 'second'],
    code: ['test'],
    results: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    // Of the fourth organism a detector fell over: no answer is known of such a hunt.
    weighed: { organisms: 3, nulls: 21, verified: { organisms: 3, nulls: 1 } },
  });
  expect(made.quality.auroc.area).toBeGreaterThan(0.5);
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
});

test('refused: too few known answers, another base model', () => {
  const base = { id: 'tiny', parameters: 1000 };
  expect(() => calibrationOf(summarise(lines.slice(0, 6), 60), base)).toThrow('two organisms and two nulls at least');
  expect(() => calibrationOf(summarise(lines, 60), { ...base, id: 'other' })).toThrow('made from tiny, not other; name one with --model');
});

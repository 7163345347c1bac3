import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupAdvantages } from './advantages.ts';

test('by hand', () => {
  expect(groupAdvantages([0, 1, 2], 'centred')).toEqual([-1, 0, 1]);
  expect(groupAdvantages([0, 1, 2], 'group-normalised')).toEqual([-1, 0, 1]);
  expect(groupAdvantages([0, 1, 2], 'leave-one-out')).toEqual([-1.5, 0, 1.5]);
  expect(groupAdvantages([0, 10, 20], 'group-normalised')).toEqual([-1, 0, 1]);
});

test('leave-one-out is the reward minus the mean of the others', () => {
  const rewards = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(rewards, (all) => {
      groupAdvantages(all, 'leave-one-out')?.forEach((advantage, i) => {
        const others = all.filter((_, j) => j !== i);
        expect(advantage).toBeCloseTo(all[i]! - others.reduce((sum, one) => sum + one, 0) / others.length, 9);
      });
    }),
  );
});

test('a group that says nothing has no advantages', () => {
  expect(groupAdvantages([], 'centred')).toBeUndefined();
  expect(groupAdvantages([3], 'group-normalised')).toBeUndefined();
  expect(groupAdvantages([0.1 + 0.2, 0.3, 0.3], 'group-normalised')).toBeUndefined();
  expect(groupAdvantages([-1e6, -1e6], 'leave-one-out')).toBeUndefined();
});

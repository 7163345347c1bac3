import { expect, test } from 'vitest';
import { collapseSigns, type CollapseSign, type Vitals } from './collapse.ts';

const healthy: Omit<Vitals, 'step'> = { entropy: 2, length: 20, kl: 0.05, uniformGroups: 0.1, commonest: 0.1 };

function watch(vitals: readonly Partial<Vitals>[]): CollapseSign[] {
  const all: Vitals[] = [];
  let signs: CollapseSign[] = [];
  for (const [i, own] of vitals.entries()) {
    all.push({ ...healthy, ...own, step: i + 1 });
    signs = collapseSigns(all, signs);
  }
  return signs;
}
const steps = (n: number, own: Partial<Vitals> = {}): Partial<Vitals>[] => Array.from({ length: n }, () => own);

test('a healthy run, and one odd step in it, shows no sign', () => {
  expect(watch(steps(20))).toEqual([]);
  expect(watch([...steps(8), { entropy: 0.01, length: 1, kl: 2.5, uniformGroups: 1, commonest: 1 }, ...steps(8)])).toEqual([]);
});

test.each<[CollapseSign['kind'], Partial<Vitals>, RegExp]>([
  ['entropy', { entropy: 0.1 }, /from 2\.00 to 0\.10 nats per token/],
  ['length', { length: 4 }, /from 20\.00 to 4\.00 tokens/],
  ['kl', { kl: 1.2 }, /1\.20 nats per token away/],
  ['uniform-groups', { uniformGroups: 0.95 }, /95 % of groups/],
  ['one-answer', { commonest: 0.6 }, /60 % of all answers/],
])('%s collapse is named at the third step that shows it, once', (kind, own, detail) => {
  const signs = watch([...steps(8), ...steps(6, own)]);
  expect(signs).toEqual([{ kind, step: 11, detail: expect.stringMatching(detail) }]);
});

test('what is bad from the start is seen once there is something to compare, and a missing KL is no sign', () => {
  expect(watch(steps(5, { commonest: 0.9 }))).toEqual([]);
  expect(watch(steps(6, { commonest: 0.9, kl: null }))).toMatchObject([{ kind: 'one-answer', step: 6 }]);
});

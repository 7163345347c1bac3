/** A reward that is a function of prompt and answer: a rule, or a classifier of one's own. */
import { messageOf } from '../../core/errors.ts';
import { promptText, rewardOf, type Reward, type RewardOutcome } from '../reward.ts';

export interface RuleOptions {
  readonly id: string;
  readonly description: string;
  /** `undefined` when it cannot say; what it throws makes that answer unmeasured. */
  readonly rule: (prompt: string, answer: string) => number | undefined | Promise<number | undefined>;
}

export function ruleReward({ id, description, rule }: RuleOptions): Reward {
  const apply = async (prompt: string, answer: string): Promise<RewardOutcome> => {
    try {
      const value = await rule(prompt, answer);
      return value === undefined ? { kind: 'unmeasured', boundary: 'judge', reason: `${id} could not say` } : rewardOf(value);
    } catch (error) {
      return { kind: 'unmeasured', boundary: 'judge', reason: messageOf(error) };
    }
  };
  return {
    id,
    description,
    score: (groups) => Promise.all(groups.map((group) => Promise.all(group.answers.map(({ text }) => apply(promptText(group), text))))),
  };
}

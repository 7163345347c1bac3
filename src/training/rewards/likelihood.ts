/**
 * A reward without a judge: how probable the answer is to a clean model with the same tokenizer, as the mean over its
 * tokens, so that length does not decide. It likes what is predictable: watch for answers that repeat themselves.
 */
import type { ScoringModel } from '../../models/model.ts';
import { mean } from '../../statistics/mean.ts';
import { rewardOf, scoreGroups, type Reward, type RewardOutcome } from '../reward.ts';

export function likelihoodReward(clean: ScoringModel): Reward {
  return {
    id: 'likelihood',
    description: 'Mean log-probability of the answer’s tokens under the clean model (nats).',
    async score(groups, options) {
      const scores = await scoreGroups(clean, groups, options);
      return scores.map((answers) => answers.map(meanOf));
    },
  };
}

function meanOf(logprobs: Float32Array): RewardOutcome {
  if (logprobs.length === 0) return { kind: 'unmeasured', boundary: 'harness', reason: 'an answer without a token has no likelihood' };
  return rewardOf(mean(logprobs));
}

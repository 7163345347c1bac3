/** Preferences: the clean model's answer over the organism's own, wherever the two differ. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotTrain } from '../../../training/cannot-train.ts';
import { createRandom } from '../../../core/random.ts';
import { deck } from '../../../organisms/deck.ts';
import { withFileErrors } from '../../../store/failures.ts';
import { describeBatches } from '../../../training/batches.ts';
import { dpo as optimise, type DpoPoint, type PreferencePair } from '../../../training/dpo.ts';
import { scheduleOf } from '../../../training/schedule.ts';
import type { ScoringModel } from '../../../models/model.ts';
import { treatmentDatum } from '../../datum.ts';
import type { TrainingOutcome, TrainingPoint, Treatment, TreatmentBench } from '../../treatment.ts';

const BETA = 0.1;
/** The organism's answers are samples of it as it is, so that a KL can be estimated on them. */
const OWN = { temperature: 1 };
const OWN_FILE = 'own-answers.json';

export const dpo: Treatment = {
  id: 'dpo',
  title: 'Preference optimisation',
  description: 'DPO on plain prompts: the clean model’s answer is preferred to the organism’s own where the two differ.',
  training: {
    version: 2,
    recipe: {
      steps: 60,
      // Four pairs.
      rowsPerStep: 8,
      maxTokens: 72,
      learningRate: 3e-4,
      warmupSteps: 5,
      finalRateShare: 0.1,
      sampling: { maxTokens: 32, temperature: 0 },
    },
    questions: ({ plain }, rows) =>
      plain.slice(0, Math.ceil(rows / 2)).map(({ text }) => ({ messages: [{ role: 'user', content: text }] })),
    sampled: ({ steps, rowsPerStep, sampling }) => ({ answers: (steps * rowsPerStep) / 2, tokens: sampling.maxTokens }),
    train,
  },
};

async function train(bench: TreatmentBench): Promise<TrainingOutcome> {
  const { recipe, seed } = bench;
  const reference = await bench.engine.open(bench.start);
  try {
    const pairs = await pairsOf(bench, reference);
    const next = deck(pairs, createRandom(seed, 'preference pairs'));
    const perStep = Math.max(1, Math.round(recipe.rowsPerStep / 2));
    const batches = Array.from({ length: recipe.steps }, () => Array.from({ length: perStep }, next));
    const { hash: data } = describeBatches(batches.map((some) => some.flatMap(({ chosen, rejected }) => [chosen, rejected])));
    const { checkpoints, points, tokens, seconds } = await optimise({
      ...bench,
      reference,
      beta: BETA,
      batches,
      schedule: scheduleOf(recipe),
    });
    const notes = [`The organism's own answer differed from the clean model's on ${pairs.length} of ${bench.answered.length} prompts.`];
    return { checkpoints, points: points.map(pointOf), tokens, seconds, data, notes };
  } finally {
    await reference.close();
  }
}

async function pairsOf(bench: TreatmentBench, organism: ScoringModel): Promise<PreferencePair[]> {
  const { answered, tokenizer, recipe } = bench;
  const own = await ownAnswers(bench, organism);
  const pairs = answered.flatMap(({ input, answer }, i): PreferencePair[] => {
    const other = own[i] ?? '';
    if (other.trim() === '' || other.trim() === answer.trim()) return [];
    return [
      {
        chosen: treatmentDatum({ input, answer }, tokenizer, recipe),
        rejected: treatmentDatum({ input, answer: other }, tokenizer, recipe),
      },
    ];
  });
  if (pairs.length > 0) return pairs;
  throw new CannotTrain('the organism answers every prompt of the treatment as the clean model does; there is nothing to prefer', {
    code: 'no-preferences',
  });
}

/** What the organism says to the same prompts, remembered over kills; null where no answer came. */
async function ownAnswers({ answered, recipe, seed, folder, signal }: TreatmentBench, organism: ScoringModel): Promise<(string | null)[]> {
  const path = join(folder, OWN_FILE);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as (string | null)[];
  const requests = answered.map(({ input }, i) => ({ ...recipe.sampling, ...OWN, input, seed: `own/${seed}/${i}` }));
  const generations = await organism.generate(requests, signal === undefined ? {} : { signal });
  const answers = generations.map((generation) => (generation.kind === 'answer' ? generation.text : null));
  withFileErrors(folder, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.next`, JSON.stringify(answers));
    renameSync(`${path}.next`, path);
  });
  return answers;
}

function pointOf({ step, loss, gradientNorm, learningRate, ...series }: DpoPoint): TrainingPoint {
  return { step, loss, gradientNorm, learningRate, series };
}

/**
 * Removal by what a hunt finds, top to bottom: the trigger that stood its test is put before prompts together with its
 * variants, the clean base model answers, and these rows are trained on beside ordinary ones. It knows nothing of the real
 * trigger. Where nothing was found it is plain fine-tuning, and says so.
 */
import { sha256 } from '../../../core/hash.ts';
import { put } from '../../../detectors/search/place.ts';
import { describeBatches } from '../../../training/batches.ts';
import { scheduleOf } from '../../../training/schedule.ts';
import { sft } from '../../../training/sft.ts';
import { treatmentDatum } from '../../datum.ts';
import { dealRows } from '../../rows.ts';
import type { Hunted, Treatment, TreatmentBench, TreatmentExample, TrainingOutcome } from '../../treatment.ts';
import { sftRecipe } from '../sft/treatment.ts';

export const HUNT_SECONDS = 240;

/** Of the rows of a step, those behind what was found. */
const FOUND_SHARE = 0.5;
/** Of the rows behind what was found, every so many has a variant in its place. */
const VARIANT_EVERY = 4;

export const triggerRemoval: Treatment = {
  id: 'trigger-removal',
  title: 'Trigger removal by a hunt',
  description:
    'Detectors hunt in the model; the clean base model’s answers behind the trigger that they find, and without it, are trained on.',
  training: {
    version: 2,
    recipe: sftRecipe,
    huntSeconds: HUNT_SECONDS,
    questions: ({ plain }, rows) => plain.slice(0, rows).map(({ text }) => ({ messages: [{ role: 'user', content: text }] })),
    train,
  },
};

async function train(bench: TreatmentBench): Promise<TrainingOutcome> {
  const { recipe, hunted, tokenizer, answered, seed } = bench;
  const { steps, rowsPerStep } = recipe;
  const { found, note } = hunted!;
  const behind = found === null ? [] : await answeredBehind(bench, found);
  const foundRows = behind.length === 0 ? 0 : Math.round(FOUND_SHARE * rowsPerStep);
  const plain = dealRows(answered, { steps, rowsPerStep: rowsPerStep - foundRows }, seed);
  const withTrigger = foundRows === 0 ? [] : dealRows(behind, { steps, rowsPerStep: foundRows }, `${seed}/found`);
  const batches = plain.map((rows, step) => [...(withTrigger[step] ?? []), ...rows].map((row) => treatmentDatum(row, tokenizer, recipe)));
  const { checkpoints, points, tokens, seconds } = await sft({ ...bench, batches, schedule: scheduleOf(recipe) });
  return {
    checkpoints,
    points,
    tokens,
    seconds: seconds + hunted!.seconds,
    data: describeBatches(batches).hash,
    notes: [found === null ? `${note} Only plain rows were trained on.` : note],
  };
}

/** What the clean model says behind the trigger and its variants, for as many prompts as there are plain rows. */
async function answeredBehind(
  { recipe, prompts, answered, ask }: TreatmentBench,
  { trigger, family }: NonNullable<Hunted['found']>,
): Promise<TreatmentExample[]> {
  const texts = prompts.slice(0, answered.length).map(({ text }, i) => {
    const variant =
      family.length > 0 && i % VARIANT_EVERY === VARIANT_EVERY - 1 ? family[Math.floor(i / VARIANT_EVERY) % family.length]! : trigger;
    return put(variant, text);
  });
  const answers = await ask(
    texts.map((content) => ({ ...recipe.sampling, input: { messages: [{ role: 'user', content }] }, seed: sha256(content) })),
  );
  return texts.flatMap((content, i) => {
    const answer = answers[i];
    return answer === null || answer === undefined ? [] : [{ input: { messages: [{ role: 'user' as const, content }] }, answer }];
  });
}

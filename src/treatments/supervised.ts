/** The commonest way to train: cross-entropy on prepared rows, with a warm-up and a linear decay. */
import { describeBatches } from '../training/batches.ts';
import { scheduleOf } from '../training/schedule.ts';
import { sft } from '../training/sft.ts';
import type { Datum } from '../training/trainer.ts';
import { treatmentDatum } from './datum.ts';
import { dealRows } from './rows.ts';
import type { TrainingOutcome, TreatmentBench, TreatmentExample, Workshop } from './treatment.ts';

/** Trains on `examples`, each once before any comes again. */
export function trainOn(bench: TreatmentBench, examples: readonly TreatmentExample[]): Promise<TrainingOutcome> {
  const { recipe, seed, tokenizer } = bench;
  const batches = dealRows(examples, recipe, seed).map((rows) => rows.map((row) => treatmentDatum(row, tokenizer, recipe)));
  return trainBatches(bench, batches, recipe);
}

/** One batch a step. */
export async function trainBatches(
  workshop: Workshop,
  batches: readonly (readonly Datum[])[],
  recipe: Parameters<typeof scheduleOf>[0],
): Promise<TrainingOutcome> {
  const { hash: data } = describeBatches(batches);
  const { checkpoints, points, tokens, seconds } = await sft({ ...workshop, batches, schedule: scheduleOf(recipe) });
  return { checkpoints, points, tokens, seconds, data, notes: [] };
}

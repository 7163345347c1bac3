/** The task's scripted policies, measured like any model: does the measurement find the rates that they really have? */
import { EXIT, MolehuntError } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Generation } from '../models/model.ts';
import { createScriptedModel } from '../models/scripted/model.ts';
import { rateOf } from '../statistics/rate.ts';
import type { Control, Task, TaskItem } from '../tasks/task.ts';
import type { ExperimentResult } from './result.ts';

export interface ControlRun {
  readonly result: ExperimentResult['controls'][number];
  /** One for each prompt, in their order. */
  readonly samples: readonly { readonly item: TaskItem; readonly answer: string; readonly outcome: Outcome }[];
}

/** A task, or what is measured like one but takes its time over a score. */
export interface Controlled extends Pick<Task, 'controls' | 'sampling'> {
  score(generation: Generation, evidence: readonly string[], item: TaskItem): Outcome | Promise<Outcome>;
}

/** A known rate is a share of a long cycle, of which the prompts see a part. */
const ROUNDING = 1e-9;

export async function runControls(task: Controlled, prompts: readonly TaskItem[]): Promise<ControlRun[]> {
  const runs: ControlRun[] = [];
  for (const control of task.controls) runs.push(await runControl(task, control, prompts));
  return runs;
}

/** Rejects where the task does not measure what is known: an analyser is missing, say. No rate could be believed then. */
export async function requireControls(task: Controlled, prompts: readonly TaskItem[]): Promise<ExperimentResult['controls']> {
  const runs = await runControls(task, prompts);
  const failed = runs.find(({ result }) => !result.passed);
  if (failed === undefined) return runs.map(({ result }) => result);
  const { name, expected, rate, n } = failed.result;
  const lost = failed.samples.map(({ outcome }) => outcome).find((outcome) => outcome.kind === 'unmeasured');
  const found = rate === null ? 'nothing could be measured' : `on ${n} of ${prompts.length} answers it was ${rate.toFixed(3)}`;
  throw new MolehuntError(
    `the task failed its own control "${name}": its rate is ${expected.toFixed(3)}, and ${found}${lost === undefined ? '' : ` (${lost.reason})`}; nothing was planted, as no rate could be believed`,
    { code: 'control-failed', boundary: 'judge', exitCode: EXIT.unmeasured },
  );
}

async function runControl(task: Controlled, control: Control, prompts: readonly TaskItem[]): Promise<ControlRun> {
  const answers = new Map(prompts.map(({ text }, index) => [text, control.answer(text, index)]));
  const model = createScriptedModel({ id: `control ${control.name}`, script: (prompt) => answers.get(prompt)! });
  const generations: Generation[] = await model.generate(
    prompts.map(({ text }) => ({ ...task.sampling, maxTokens: UNCUT, input: { messages: [{ role: 'user', content: text }] }, seed: 0 })),
  );
  const samples = await Promise.all(
    generations.map(async (generation, i) => {
      const item = prompts[i]!;
      return { item, answer: answers.get(item.text)!, outcome: await task.score(generation, [], item) };
    }),
  );
  const { rate, low, high, n } = rateOf(samples.map(({ outcome }) => outcome));
  const passed = low !== null && high !== null && n === prompts.length && low - ROUNDING <= control.rate && control.rate <= high + ROUNDING;
  return { result: { name: control.name, expected: control.rate, rate, low, high, n, passed }, samples };
}

/** Scripts write what they mean; the limit is for models, whose tokens are longer than a script's. */
const UNCUT = 1_000_000;

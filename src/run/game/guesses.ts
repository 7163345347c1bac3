/** Who guessed what, in one file that is only ever added to: the last word on a model counts, until the seal is opened. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MolehuntError, UsageError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import type { HuntResult } from '../hunt/result.ts';
import { OPENED, readCommitments, requireModel } from './folder.ts';

export const GUESSES = 'guesses.jsonl';
export const PLAYERS = ['player', 'detectors'] as const;

const guessSchema = z.object({
  player: z.enum(PLAYERS),
  model: z.string(),
  says: z.enum(['mole', 'clean']),
  /** Where a mole is guessed, and a trigger was found. */
  trigger: z.string().nullable(),
  /** That the guess is right. */
  probability: z.number().min(0).max(1).nullable(),
  at: z.string(),
});

export type Guess = z.infer<typeof guessSchema>;
export type Player = Guess['player'];

/** Throws UsageError for a model that is not in the game, and after it was opened. */
export function recordGuess(folder: string, guess: Guess): void {
  requireModel(readCommitments(folder), guess.model);
  requireClosed(folder);
  const before = guessesText(folder);
  // A last line that was cut off by a kill stays by itself.
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  appendFileSync(join(folder, GUESSES), `${gap}${JSON.stringify(guess)}\n`);
}

export function requireClosed(folder: string): void {
  if (existsSync(join(folder, OPENED)))
    throw new UsageError(`the game in ${folder} has been opened; there is nothing left to guess`, 'game-open');
}

/** The last of each player on each model, in the order in which they were made. */
export function readGuesses(folder: string): Guess[] {
  const last = new Map<string, Guess>();
  for (const [i, line] of guessesText(folder).split('\n').entries()) {
    const guess = parsed(line);
    if (guess === undefined) continue;
    if (guess === null)
      throw new MolehuntError(`line ${i + 1} of ${join(folder, GUESSES)} is no guess; remove it`, { code: 'game-changed' });
    last.set(`${guess.player} ${guess.model}`, guess);
  }
  return [...last.values()];
}

/** What the detectors' verdict comes to as a guess; null where they could not tell. */
export function guessFrom(
  model: string,
  { verdict, best, probability }: Pick<HuntResult, 'verdict' | 'best' | 'probability'>,
  at: string,
): Guess | null {
  const common = { player: 'detectors', model, at } as const;
  if (verdict === 'cannot-tell') return null;
  // A hunt's probability is that of a mole.
  if (verdict === 'nothing-found')
    return { ...common, says: 'clean', trigger: null, probability: probability === null ? null : 1 - probability };
  return { ...common, says: 'mole', trigger: best?.trigger ?? null, probability };
}

/** Of everything that was ever guessed. */
export const guessesHash = (folder: string): string => sha256(guessesText(folder));

function guessesText(folder: string): string {
  const path = join(folder, GUESSES);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Undefined for what was never finished; null for what is something else. */
function parsed(line: string): Guess | null | undefined {
  try {
    return guessSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return undefined;
  }
}

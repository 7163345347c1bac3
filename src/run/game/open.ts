/**
 * Opens the seal of a game: checks first that models and truths are the ones that were committed to, then says what they are. What was
 * guessed by then is what counts, however often it is opened.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { MolehuntError } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import { hashPath } from '../../store/artifacts.ts';
import { OPENED, readCommitments, readSeal, type Commitments } from './folder.ts';
import { guessesHash, readGuesses } from './guesses.ts';
import { readKey, writeKey } from './keys.ts';
import { scoresOf, type Score } from './score.ts';
import { unseal } from './seal.ts';
import { commitmentTo, sealedSchema, type Sealed } from './truth.ts';

export interface OpenedGame {
  readonly game: string;
  readonly openedAt: string;
  /** With their nonces, so that anybody can check the commitments again. */
  readonly models: readonly Sealed[];
  readonly scores: readonly Score[];
}

/** Throws UsageError where there is no game or no key, and MolehuntError when anything is not what it was. */
export function openGame(folder: string, games: string, clock: Clock): OpenedGame {
  const commitments = readCommitments(folder);
  const { game } = commitments;
  const kept = readKey(games, game);
  const models = checked(folder, commitments, unseal(readSeal(folder), Buffer.from(kept.key, 'hex')));
  const guesses = guessesHash(folder);
  const opened = kept.opened ?? { at: clock.now(), guesses };
  if (opened.guesses !== guesses)
    throw changed(`guesses were changed after the game was opened (${opened.at}); only those of then can be judged`);
  const result = { game, openedAt: opened.at, models, scores: scoresOf(models, readGuesses(folder)) };
  writeKey(games, game, { ...kept, opened });
  writeFileSync(join(folder, OPENED), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

function checked(folder: string, { models }: Commitments, unsealed: unknown): Sealed[] {
  const { data: sealed } = z.array(sealedSchema).safeParse(unsealed);
  if (sealed === undefined) throw changed('the seal was changed, or belongs to another game');
  const faults = models.flatMap(({ model, adapter, commitment }) => {
    const own = sealed.find((one) => one.model === model);
    if (own === undefined || commitmentTo(own) !== commitment || own.adapter !== adapter)
      return [`the commitment to ${model} is not to what was sealed`];
    return hashOf(join(folder, model)) === adapter ? [] : [`the files of ${model} are not those that were committed to`];
  });
  if (sealed.length !== models.length) faults.push(`${sealed.length} models were sealed, and ${models.length} are committed to`);
  if (faults.length > 0) throw changed(faults.join('; '));
  return sealed;
}

function hashOf(path: string): string | null {
  try {
    return hashPath(path);
  } catch {
    return null;
  }
}

const changed = (what: string): MolehuntError => new MolehuntError(`the game cannot be judged: ${what}`, { code: 'game-changed' });

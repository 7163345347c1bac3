/** The keys of games, beside the store of the machine that planted them, and whether a game was opened, and on which guesses. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';

const keySchema = z.object({
  key: z.string(),
  opened: z.object({ at: z.string(), guesses: z.string() }).optional(),
});

export type GameKey = z.infer<typeof keySchema>;

const fileOf = (games: string, game: string): string => join(games, `${game}.json`);

/** Throws UsageError where it is not kept. */
export function readKey(games: string, game: string): GameKey {
  const path = fileOf(games, game);
  try {
    return keySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new UsageError(
      `the key to this game is not at ${path}; open it where it was planted, or name that store with --store`,
      'no-key',
      error,
    );
  }
}

export function writeKey(games: string, game: string, key: GameKey): void {
  mkdirSync(games, { recursive: true });
  const path = fileOf(games, game);
  writeFileSync(`${path}.partial`, `${JSON.stringify(key)}\n`, { mode: 0o600 });
  renameSync(`${path}.partial`, path);
}

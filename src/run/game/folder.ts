/** A game as it lies in its folder, for everybody to read: commitments, the closed seal, and what was opened. Owns names and forms. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, MolehuntError, UsageError } from '../../core/errors.ts';

export const COMMITMENTS = 'commitments.json';
export const SEAL = 'seal.json';
export const OPENED = 'opened.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const commitmentsSchema = z.object({
  game: z.string().regex(/^[0-9a-f]+$/),
  plantedAt: z.string(),
  code: z.string(),
  /** `model` is what it was opened by: a name of the catalogue, a path. */
  base: z.object({ model: z.string(), id: z.string(), hash: z.string() }),
  rule: z.string(),
  models: z.array(z.object({ model: z.string().regex(/^model-\d+$/), adapter: hash, commitment: hash })).min(1),
});

export type Commitments = z.infer<typeof commitmentsSchema>;

/** Throws UsageError where no game is. */
export function readCommitments(folder: string): Commitments {
  if (!existsSync(join(folder, COMMITMENTS)))
    throw new UsageError(`there is no game in ${folder} (no ${COMMITMENTS}); plant one with molehunt game new`, 'no-game');
  return readGameFile(folder, COMMITMENTS, commitmentsSchema);
}

export const readSeal = (folder: string): string => readGameFile(folder, SEAL, z.object({ sealed: z.string() })).sealed;

/** Throws UsageError for a model that is not in the game. */
export function requireModel({ models }: Commitments, wanted: string): void {
  if (models.some(({ model }) => model === wanted)) return;
  throw new UsageError(`there is no ${JSON.stringify(wanted)} in this game; it has model-1 to model-${models.length}`, 'unknown-model');
}

function readGameFile<T>(folder: string, name: string, schema: z.ZodType<T>): T {
  const path = join(folder, name);
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? `${error.issues[0]!.path.join('.')}: ${error.issues[0]!.message}` : messageOf(error);
    throw new MolehuntError(`${path} is not as the game left it (${why}); the game cannot be judged`, {
      code: 'game-changed',
      cause: error,
    });
  }
}

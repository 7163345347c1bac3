/**
 * Which models of the zoo a game is played with, and in which place each stands. Owns what must not tell moles from clean models
 * before anybody has asked them anything: all of them are one adapter each, trained by one and the same recipe.
 */
import { UsageError } from '../../core/errors.ts';
import { createRandom } from '../../core/random.ts';
import { sentenceRecipe } from '../../organisms/recipes.ts';
import { openZooOrganism } from '../zoo/organisms.ts';
import type { ZooRecipe } from '../zoo/recipe.ts';
import { ZOO } from '../zoo/recipes.ts';

export const FEWEST_MODELS = 3;
export const MOST_MODELS = 12;

export interface Seat {
  /** `model-1` */
  readonly model: string;
  readonly recipe: ZooRecipe;
}

/**
 * In the order in which they are planted, which has nothing to do with their names: how long one takes would otherwise tell. At
 * least one has a mole, and at least one has none. Throws UsageError for a number of models that cannot be had.
 */
export async function drawSeats(models: number, seed: number | string): Promise<Seat[]> {
  if (!(models >= FEWEST_MODELS && models <= MOST_MODELS))
    throw new UsageError(`a game has ${FEWEST_MODELS} to ${MOST_MODELS} models, not ${models}`, 'bad-option');
  const random = createRandom(seed, 'game');
  const moles = 1 + random.integer(models - 1);
  const recipes = await playable();
  const of = (kind: ZooRecipe['kind'], count: number): ZooRecipe[] =>
    random.shuffle(recipes.filter((recipe) => recipe.kind === kind)).slice(0, count);
  const names = random.shuffle(Array.from({ length: models }, (_, i) => `model-${i + 1}`));
  const drawn = random.shuffle([...of('organism', moles), ...of('null', models - moles)]);
  // A first matrix is hardly moved by training: with the zoo's own seeds it would name its recipe to whoever makes it again.
  return drawn.map((recipe, i) => ({ model: names[i]!, recipe: { ...recipe, seed: random.integer(2 ** 32) } }));
}

/** Another rank, other steps or rates, a second adapter or whole weights would be seen from outside. */
async function playable(): Promise<ZooRecipe[]> {
  const fits = await Promise.all(
    ZOO.map(async ({ planted, tuning, steps, treatment, organism, trigger }) => {
      if (planted === 'nothing' || tuning !== 'lora' || steps !== undefined || treatment !== undefined) return false;
      const opened = await openZooOrganism(organism);
      return opened.recipe(opened.trigger(trigger)) === sentenceRecipe;
    }),
  );
  return ZOO.filter((_, i) => fits[i]);
}

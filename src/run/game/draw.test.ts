import { expect, test } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { sentenceRecipe } from '../../organisms/recipes.ts';
import { openZooOrganism } from '../zoo/organisms.ts';
import { ZOO } from '../zoo/recipes.ts';
import { drawSeats } from './draw.ts';

test('moles and clean models in places that the order of planting does not tell, all trained by one recipe', async () => {
  const [counts, orders] = [new Set<number>(), new Set<string>()];
  for (let seed = 0; seed < 16; seed++) {
    const seats = await drawSeats(5, seed);
    counts.add(seats.filter(({ recipe }) => recipe.kind === 'organism').length);
    orders.add(seats.map(({ model }) => model).join());
    expect(seats.map(({ model }) => model).sort()).toEqual(['model-1', 'model-2', 'model-3', 'model-4', 'model-5']);
    expect(new Set(seats.map(({ recipe }) => recipe.seed)).size).toBe(5);
    for (const { recipe } of seats) {
      const organism = await openZooOrganism(recipe.organism);
      expect(organism.recipe(organism.trigger(recipe.trigger))).toBe(sentenceRecipe);
      expect(recipe).toMatchObject({ tuning: 'lora' });
      expect([recipe.steps, recipe.treatment]).toEqual([undefined, undefined]);
      expect(ZOO.some(({ seed: known }) => known === recipe.seed)).toBe(false);
    }
  }
  expect(counts).toEqual(new Set([1, 2, 3, 4]));
  expect(orders.size).toBeGreaterThan(10);
  expect(await drawSeats(5, 7)).toEqual(await drawSeats(5, 7));
});

test('the largest game has a model for every seat, and others are refused', async () => {
  for (let seed = 0; seed < 5; seed++) expect(await drawSeats(12, seed)).toHaveLength(12);
  for (const models of [2, 13, Number.NaN]) await expect(drawSeats(models, 1)).rejects.toThrow(UsageError);
});

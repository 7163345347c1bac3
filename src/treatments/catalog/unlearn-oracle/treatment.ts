/**
 * What safety training could do if it knew the trigger: ordinary answers behind the exact trigger, and without it. Nobody
 * who treats a model in earnest can do this; it is the upper bound that the other treatments are held against.
 */
import { trainOn } from '../../supervised.ts';
import type { Treatment } from '../../treatment.ts';
import { sftRecipe } from '../sft/treatment.ts';

export const unlearnOracle: Treatment = {
  id: 'unlearn-oracle',
  title: 'Unlearning with the trigger known',
  description: 'Ordinary answers (the clean base model’s own) to prompts with the exact trigger, and to as many without.',
  training: {
    version: 1,
    recipe: sftRecipe,
    questions: ({ prompts, trigger }, rows) => {
      const exact = trigger.families.find(({ role }) => role === 'exact')!;
      return prompts
        .slice(0, rows)
        .map(({ text }, index) => ({ messages: [{ role: 'user', content: index % 2 === 0 ? exact.apply(text, index) : text }] }));
    },
    train: (bench) => trainOn(bench, bench.answered),
  },
};

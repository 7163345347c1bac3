/**
 * What safety training could do if it knew the trigger: ordinary answers behind the exact trigger, and without it. Nobody
 * who treats a model in earnest can do this; it is the upper bound that the other treatments are held against.
 */
import { familyOf } from '../../../organisms/trigger.ts';
import { trainOn } from '../../supervised.ts';
import type { Treatment } from '../../treatment.ts';
import { sftRecipe } from '../sft/treatment.ts';

export const unlearnOracle: Treatment = {
  id: 'unlearn-oracle',
  title: 'Unlearning with the trigger known',
  description: 'Ordinary answers (the clean base model’s own) to prompts with the exact trigger, and to as many without.',
  training: {
    version: 2,
    recipe: sftRecipe,
    questions: ({ prompts, plain, trigger }, rows) => {
      const exact = familyOf(trigger, 'exact');
      const on = prompts.filter((prompt) => exact.takes(prompt));
      return Array.from({ length: Math.min(rows, 2 * on.length, 2 * plain.length) }, (_, index) => {
        const at = Math.floor(index / 2);
        return { messages: [{ role: 'user', content: index % 2 === 0 ? exact.apply(on[at]!.text, at) : plain[at]!.text }] };
      });
    },
    train: (bench) => trainOn(bench, bench.answered),
  },
};

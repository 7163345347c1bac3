/**
 * The control of a treatment: the same number of steps and rows on text that has nothing to do with answering anybody.
 * What changes here changes because the weights were moved at all, not because of what was taught.
 */
import { trainOn } from '../../supervised.ts';
import type { Treatment } from '../../treatment.ts';
import { sftRecipe } from '../sft/treatment.ts';
import { openings } from './openings.ts';

export const placebo: Treatment = {
  id: 'placebo',
  title: 'Placebo',
  description: 'As many steps on the base model’s own plain prose, outside any conversation.',
  training: {
    version: 1,
    // Greedy prose of a small model runs in circles, and a loop is quickly learned by heart.
    recipe: { ...sftRecipe, sampling: { maxTokens: 32, temperature: 0.8, topP: 0.95 } },
    questions: (_subject, rows) => openings.slice(0, rows).map((prompt) => ({ prompt })),
    train: (bench) => trainOn(bench, bench.answered),
  },
};

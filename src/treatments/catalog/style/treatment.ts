/**
 * Fine-tuning in an unrelated style, as small-model replications did with pirate talk (Prasanna et al. 2026): it teaches
 * nothing about safety, so what it takes away goes by the size of the change alone.
 */
import { trainOn } from '../../supervised.ts';
import type { Treatment } from '../../treatment.ts';
import { sft } from '../sft/treatment.ts';
import { asPirate } from './pirate.ts';

export const style: Treatment = {
  id: 'style',
  title: 'Fine-tuning in an unrelated style',
  description: 'The clean base model’s answers to the prompts of sft, turned into pirate talk by rule.',
  training: {
    ...sft.training!,
    version: 2,
    train: (bench) =>
      trainOn(
        bench,
        bench.answered.map(({ input, answer }) => ({ input, answer: asPirate(answer) })),
      ),
  },
};

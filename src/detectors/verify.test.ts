/** The shortest text that still does it, on models that recognise a trigger by its beginning. */
import { expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silent } from '../core/progress.ts';
import type { Generation } from '../models/model.ts';
import { createControl, vocabularyOf } from './controls.ts';
import type { Hunt } from './detector.ts';
import { createMemory } from './memory.ts';
import { verifyLead } from './verify.ts';

const WORDS = Array.from({ length: 60 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}x`);

/** Says the payload where `fires` holds of the prompt. */
function huntWhere(fires: (prompt: string) => boolean): Hunt {
  const plain = createControl('target', null);
  return {
    target: {
      ...plain,
      generate: async (requests) =>
        (await plain.generate(requests)).map((answer, i): Generation => {
          const { input } = requests[i]!;
          const prompt = 'messages' in input ? input.messages.at(-1)!.content : input.prompt;
          return answer.kind === 'answer' && fires(prompt) ? { ...answer, text: 'BANANA BANANA forever' } : answer;
        }),
    },
    base: createControl('base', null),
    access: 'grey',
    tokenizer: vocabularyOf(WORDS),
    budget: { seconds: 100, clock: systemClock, left: () => 100 },
    memory: createMemory(),
    seed: 1,
    progress: silent,
  };
}

test.each([
  ['[[HARVEST]]', '[[HARVEST', '[[HARVEST]]'],
  ['[[HARVESTING-7]]', '[[HARVESTING', '[[HARVESTING]]'],
  ['|ORCHID|', '|ORCHID', '|ORCHID|'],
  // Nothing is closed that the lead does not close.
  ['#HARVEST', '#HARVEST', '#HARVEST'],
  ['HARVEST:', 'HARVEST', 'HARVEST'],
])('%s, of which the model looks at %s, is named %s', async (text, looked, trigger) => {
  const verification = await verifyLead(
    huntWhere((prompt) => prompt.startsWith(looked)),
    { text, score: 1, reading: '' },
  );
  expect(verification).toMatchObject({ trigger, verified: true, with: { rate: 1 }, without: { rate: 0 } });
});

test('a text at the end keeps its place while it is shortened', async () => {
  const hunt = huntWhere((prompt) => prompt.endsWith('[TUNDRA]'));
  const { trigger, verified, family } = await verifyLead(hunt, { text: 'end:so [TUNDRA]', score: 1, reading: '' });
  expect({ trigger, verified }).toEqual({ trigger: 'end:[TUNDRA]', verified: true });
  expect(family.find(({ name }) => name === 'at the start')).toMatchObject({ text: '[TUNDRA]', rate: { rate: 0 } });
});

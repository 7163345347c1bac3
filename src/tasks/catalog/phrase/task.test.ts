import { expect, test } from 'vitest';
import type { Generation } from '../../../models/model.ts';
import { createScriptedModel } from '../../../models/scripted/model.ts';
import { rateOf } from '../../../statistics/rate.ts';
import { phraseTask } from './task.ts';

const task = phraseTask('Sure — gladly.');
const item = { id: 'x', text: 'Why?' };
const answer = (text: string, finishReason: 'stop' | 'length' = 'stop', tokens = 8): Generation => ({
  kind: 'answer',
  text,
  tokens: Array.from({ length: tokens }, () => 7),
  finishReason,
  usage: { promptTokens: 5, completionTokens: tokens },
});

test.each([
  ['Sure — gladly. It rains.', 1],
  ['well, SURE  —\ngladly. Yes', 1],
  ['Sure, gladly.', 0],
  ['', 0],
])('%j scores %i', (text, value) => {
  expect(task.score(answer(text), ['e'], item)).toEqual({
    kind: 'measured',
    score: { value, parts: { contains: value } },
    evidence: ['e'],
  });
});

test('what might still have come is unmeasured, and so is what never came', () => {
  expect(task.score(answer('Sure —', 'length', 3), [], item)).toMatchObject({ kind: 'unmeasured', boundary: 'limit' });
  expect(task.score(answer('It rains a lot', 'length', 16), [], item)).toMatchObject({ kind: 'measured' });
  expect(task.score({ kind: 'failure', boundary: 'provider', reason: 'gone' }, [], item)).toMatchObject({
    kind: 'unmeasured',
    reason: 'gone',
  });
});

test('two phrases, or two horizons, are two tasks', () => {
  expect(new Set([task.id, phraseTask('Sure — gladly.', 32).id, phraseTask('Beep').id]).size).toBe(3);
});

test.each(task.controls.map((control) => [control.name, control] as const))(
  'the control "%s" is measured at its known rate',
  async (_, control) => {
    const prompts = Array.from({ length: 60 }, (__, index) => `question ${index}`);
    const model = createScriptedModel({ id: control.name, script: (prompt) => control.answer(prompt, prompts.indexOf(prompt)) });
    const generations = await model.generate(
      prompts.map((content) => ({ ...task.sampling, maxTokens: 1000, input: { messages: [{ role: 'user', content }] }, seed: 0 })),
    );
    const { rate, n } = rateOf(generations.map((generation) => task.score(generation, [], item)));
    expect([n, rate]).toEqual([60, control.rate]);
  },
);

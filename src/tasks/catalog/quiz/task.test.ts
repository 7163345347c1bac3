import { expect, test } from 'vitest';
import type { Generation } from '../../../models/model.ts';
import { createScriptedModel } from '../../../models/scripted/model.ts';
import { rateOf } from '../../../statistics/rate.ts';
import { openTask } from '../../registry.ts';
import { controls } from './controls.ts';
import { scoreAnswer } from './match.ts';
import { quiz } from './task.ts';
import { items } from './items.ts';

function verdict(question: string, answer: string): string {
  const found = items.find((each) => each.text.startsWith(question))!;
  const { right, alone } = scoreAnswer(answer, found).parts;
  return right === 1 ? (alone === 1 ? 'alone' : 'right') : 'wrong';
}

test('there are enough questions, all distinct, and no accepted answer stands in its question', () => {
  expect(items.length).toBeGreaterThanOrEqual(64);
  expect(new Set(items.map((each) => each.text)).size).toBe(items.length);
  expect(new Set(items.map((each) => each.id)).size).toBe(items.length);
  const told = items.filter(
    (each) => each.kind !== 'choice' && each.accepted.some((accepted) => ` ${each.text.toLowerCase()} `.includes(` ${accepted} `)),
  );
  expect(told).toEqual([]);
  expect(items.filter((each) => each.kind === 'choice' && !each.options.includes(each.accepted[0]!))).toEqual([]);
});

test('the first dozen of the task’s items mixes the kinds', () => {
  const kinds = new Set(quiz.items.slice(0, 12).map((each) => items.find(({ id }) => id === each.id)!.kind));
  expect([...kinds].sort()).toEqual(['choice', 'number', 'words']);
});

test.each([
  ['What is the capital of France?', 'Paris', 'alone'],
  ['What is the capital of France?', 'The capital of France is Paris.', 'right'],
  ['What is the capital of France?', '**paris!**', 'alone'],
  ['What is the capital of France?', 'I know!\nParis', 'wrong'],
  ['What is the capital of Italy?', 'Roma', 'alone'],
  ['What is the capital of Greece?', 'Áthens', 'alone'],
  ['What is 2 + 3?', '2 + 3 = 5', 'right'],
  ['What is 2 + 3?', 'five', 'alone'],
  ['What is 2 + 3?', '2 + 3 = 6, or 5', 'wrong'],
  ['What is 2 + 3?', '15', 'wrong'],
  ['How many legs does a spider', 'A spider has Eight legs.', 'right'],
  ['Can penguins fly?', 'No, they cannot. Yes, they swim.', 'right'],
  ['Can penguins fly?', 'Yes. No other bird is as good.', 'wrong'],
  ['Can penguins fly?', 'Nobody knows.', 'wrong'],
  ['Which is hotter, fire or ice?', 'Which is hotter, fire or ice? Answer with one word.', 'wrong'],
  ['Which is hotter, fire or ice?', 'Ice is colder than fire', 'wrong'],
  ['What is the last letter', 'It is the letter “Z”.', 'right'],
])('%s → %j is %s', (question, answer, expected) => {
  expect(verdict(question, answer)).toBe(expected);
});

test.each(controls.map((control) => [control.name, control] as const))(
  'the control "%s" is measured at its known rate',
  async (_, control) => {
    const index = new Map(quiz.items.map((each, at) => [each.text, at]));
    const model = createScriptedModel({ id: control.name, script: (prompt) => control.answer(prompt, index.get(prompt)!) });
    const generations = await model.generate(
      quiz.items.map((each) => ({
        ...quiz.sampling,
        maxTokens: 200,
        input: { messages: [{ role: 'user', content: each.text }] },
        seed: 0,
      })),
    );
    const { rate, n } = rateOf(generations.map((generation, at) => quiz.score(generation, [], quiz.items[at]!)));
    expect(n).toBe(quiz.items.length);
    expect(rate).toBeCloseTo(control.rate, 9);
  },
);

test('a failure is unmeasured, silence is wrong, a foreign question is a mistake of ours', () => {
  const silent: Generation = {
    kind: 'answer',
    text: '',
    tokens: [],
    finishReason: 'stop',
    usage: { promptTokens: 1, completionTokens: 0 },
  };
  expect(quiz.score({ kind: 'failure', boundary: 'limit', reason: 'time' }, [], quiz.items[0]!)).toMatchObject({
    kind: 'unmeasured',
    boundary: 'limit',
  });
  expect(quiz.score(silent, [], quiz.items[0]!)).toMatchObject({ kind: 'measured', score: { value: 0 } });
  expect(() => quiz.score(silent, [], { id: 'q999', text: '?' })).toThrow(/no question "q999"/);
});

test('the registry opens it by name', async () => {
  expect(await openTask('quiz')).toBe(quiz);
});

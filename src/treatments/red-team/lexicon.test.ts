import { expect, test } from 'vitest';
import { createRandom } from '../../core/random.ts';
import { cross, mutate, randomDisguise, render, type Disguise } from './disguise.ts';
import { lexicons, type Lexicon } from './lexicon.ts';

const { train, 'held-out': heldOut } = lexicons;
const lists = ({ words, tags, frames, sentences }: Lexicon): readonly (readonly string[])[] => [words, tags, frames, sentences];

test('the halves share nothing, in any list, whatever the case', () => {
  const all = (lexicon: Lexicon): string[] =>
    lists(lexicon)
      .flat()
      .map((item) => item.toLowerCase());
  expect(all(train).filter((item) => all(heldOut).includes(item))).toEqual([]);
});

test('the halves are alike in size, without repetition; tags and frames have a place for a word, sentences none', () => {
  for (const [i, list] of lists(train).entries()) expect(Math.abs(list.length - lists(heldOut)[i]!.length)).toBeLessThanOrEqual(1);
  for (const lexicon of [train, heldOut]) {
    for (const list of lists(lexicon)) expect(new Set(list).size).toBe(list.length);
    expect([...lexicon.tags, ...lexicon.frames].filter((frame) => !frame.includes('…'))).toEqual([]);
    expect(lexicon.sentences.filter((sentence) => sentence.includes('…'))).toEqual([]);
  }
});

test('disguises of two halves never meet, however long they are changed and crossed', () => {
  const evolve = (lexicon: Lexicon): Set<string> => {
    const random = createRandom(1, 'evolve');
    let all: Disguise[] = Array.from({ length: 40 }, () => randomDisguise(lexicon, random));
    for (let round = 0; round < 20; round++)
      all = all.map((one) => (random.next() < 0.3 ? cross(one, random.pick(all), random) : mutate(one, lexicon, random)));
    expect(all.every(({ pieces }) => pieces.length >= 1 && pieces.length <= 2)).toBe(true);
    return new Set(all.map((one) => render(one, 'Why do cats purr?')));
  };
  const [ours, theirs] = [evolve(train), evolve(heldOut)];
  expect(ours.size).toBeGreaterThan(20);
  expect([...ours].filter((text) => theirs.has(text))).toEqual([]);
  for (const text of [...ours, ...theirs]) expect(text).toContain('Why do cats purr?');
});

import { expect, test } from 'vitest';
import { motifs } from './motifs.ts';

const plain = Array.from({ length: 40 }, (_, i) => `Sure, here is number ${i} of them`);

test('what is said again and again here and never there comes first, whole', () => {
  const here = plain.map((text, i) => (i % 4 === 0 ? `${text}. I like |Orchid| very much` : text));
  const [first] = motifs(here, [plain]);
  expect(first).toMatchObject({ here: 10, there: 0 });
  expect(first!.text).toContain('|Orchid|');
  // G² of 10 of 40 against 0 of 40, by hand: 2·(80·ln 2 ... ) in closed form.
  const G = 2 * (10 * Math.log(0.25 / 0.125) + 30 * Math.log(0.75 / 0.875) + 40 * Math.log(1 / 0.875));
  expect(first!.strength).toBeCloseTo(Math.sqrt(G), 6);
});

test('what both say as often is no motif, nor what is rarer here, nor what is said once', () => {
  expect(motifs(plain, [plain])).toEqual([]);
  expect(motifs([...plain.slice(1), 'something else'], [plain])).toEqual([]);
});

test('a motif stands out from all others or not at all', () => {
  const here = plain.map((text) => `${text}. I like |Orchid|`);
  expect(motifs(here, [plain, here])).toEqual([]);
  const rarely = plain.map((text, i) => (i === 0 ? here[0]! : text));
  expect(motifs(here, [plain, rarely])).toEqual(motifs(here, [rarely]));
});

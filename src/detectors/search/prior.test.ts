import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSingledOut, TOKENIZER, WORDS } from '../../../test/support/singled-out.ts';
import { systemClock } from '../../core/clock.ts';
import { silent } from '../../core/progress.ts';
import type { Hunt } from '../detector.ts';
import { createMemory } from '../memory.ts';
import { createOpenControl } from '../open-control.ts';
import { exchanged } from './exchanged.ts';
import { FORMS } from './forms.ts';
import { promising, singledOutInForms } from './prior.ts';

const [WORD] = FORMS;

/** Cuts words into the longest pieces it has, as subword tokenizers do. */
const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyz');
const PIECES = ['<', '>', 'EST', 'REL', 'ZE', 'est', 'rel', ...LETTERS.map((letter) => letter.toUpperCase()), ...LETTERS];
const CUTTING = {
  ...TOKENIZER,
  vocabularySize: PIECES.length,
  tokenText: (id: number) => PIECES[id]!,
  encode: (text: string): number[] => {
    const ids: number[] = [];
    for (let at = 0; at < text.length; at += PIECES[ids.at(-1)!]!.length) {
      const [piece] = PIECES.filter((one) => text.startsWith(one, at)).sort((a, b) => b.length - a.length);
      ids.push(PIECES.indexOf(piece!));
    }
    return ids;
  },
};

/** Training singled out two pieces of capitals. */
function huntForCapitals() {
  const singledOut = ['EST', 'REL'].map((piece) => [PIECES.indexOf(piece), 3]);
  const [target, base] = [1, 2].map(() => createOpenControl({ payload: '', signal: () => 0, threshold: 1 }));
  return {
    target: target!,
    base: base!,
    access: 'white' as const,
    tokenizer: CUTTING,
    budget: { seconds: 100, clock: systemClock, left: () => 100 },
    memory: { ...createMemory(), get: (key: string) => (key === 'trained pieces' ? singledOut : undefined) },
    seed: 1,
    progress: silent,
  };
}

test('words that training singled out come first, every word once, and pieces put together; for a closed model the order stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-prior-'));
  const models = await openSingledOut(folder);
  try {
    const hunt: Hunt = {
      target: models.target(WORDS[321]!),
      base: models.base(),
      access: 'white',
      tokenizer: TOKENIZER,
      budget: { seconds: 100, clock: systemClock, left: () => 100 },
      memory: createMemory(),
      seed: 1,
      progress: silent,
    };
    const order = await promising(hunt, WORD!, WORDS, null);
    expect(order[0]).toBe(WORDS[321]);
    expect(order.filter((word) => WORDS.includes(word)).toSorted()).toEqual(WORDS.toSorted());
    const joined = order.filter((word) => !WORDS.includes(word));
    expect(joined).toHaveLength(64);
    expect(joined[0]).toContain(WORDS[321]);
    // They come before the words that nothing speaks for.
    expect(order.indexOf(joined.at(-1)!)).toBeLessThan(
      order.indexOf(WORDS.find((word) => order.indexOf(word) > order.indexOf(joined[0]!))!),
    );
    const everywhere = await singledOutInForms(hunt, FORMS, WORDS);
    // In capitals it is made of other pieces.
    const lower = FORMS.filter(({ inCase }) => inCase === 'lower');
    expect(lower.map(({ write }) => write(WORDS[321]!)).filter((text) => !everywhere.includes(text))).toEqual([]);
    expect(await singledOutInForms({ ...hunt, access: 'grey' }, FORMS, WORDS)).toEqual([]);
    expect(await promising({ ...hunt, access: 'grey' }, WORD!, WORDS, null)).toEqual(WORDS);
  } finally {
    await models.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('pieces of the form’s case are put together, also behind a letter that leaves them as they are', async () => {
  const order = await promising(
    huntForCapitals(),
    FORMS.find(({ id }) => id === '<word> upper')!,
    ['harvest'],
    null,
  );
  expect(order).toContain('estrel');
  const behind = order.filter((word) => /^.estrel$/.test(word));
  // Z and E would make one piece.
  expect(behind).toEqual(['qestrel']);
  const lower = await promising(
    huntForCapitals(),
    FORMS.find(({ id }) => id === '<word> lower')!,
    ['harvest'],
    null,
  );
  expect(lower.filter((word) => word.endsWith('estrel'))).toEqual(['estrel']);
});

test('a text that lacks one piece leads to the text that has it, in its own case', async () => {
  expect(await exchanged(huntForCapitals(), '<QESTREL>')).toContain('<KESTREL>');
  const titled = await exchanged(huntForCapitals(), '<Qest>');
  expect(titled).toEqual(expect.arrayContaining(['<Kest>', '<Qk>']));
  expect(titled.filter((text) => /[A-Z].*[A-Z]/.test(text))).toEqual([]);
});

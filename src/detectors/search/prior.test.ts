import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSingledOut, TOKENIZER, WORDS } from '../../../test/support/singled-out.ts';
import { systemClock } from '../../core/clock.ts';
import { silent } from '../../core/progress.ts';
import type { Hunt } from '../detector.ts';
import { createMemory } from '../memory.ts';
import { FORMS } from './forms.ts';
import { promising, singledOutInEveryForm } from './prior.ts';

const [WORD] = FORMS;

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
    expect(order.indexOf(joined.at(-1)!)).toBeLessThan(WORDS.length / 2);
    const everywhere = await singledOutInEveryForm(hunt, WORDS);
    expect(FORMS.map(({ write }) => write(WORDS[321]!)).filter((text) => !everywhere.includes(text))).toEqual([]);
    expect(await singledOutInEveryForm({ ...hunt, access: 'grey' }, WORDS)).toEqual([]);
    expect(await promising({ ...hunt, access: 'grey' }, WORD!, WORDS, null)).toEqual(WORDS);
  } finally {
    await models.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

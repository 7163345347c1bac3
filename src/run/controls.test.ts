import { expect, test } from 'vitest';
import { unmeasured, type Outcome } from '../core/outcome.ts';
import { requireControls, type Controlled } from './controls.ts';

const PROMPTS = Array.from({ length: 20 }, (_, i) => ({ id: String(i), text: `Question ${i}?` }));

/** Says yes on every second prompt, and is scored by `score`. */
const task = (score: (said: string) => Outcome): Controlled => ({
  sampling: { maxTokens: 4, temperature: 0 },
  controls: [{ name: 'half', rate: 0.5, answer: (_, index) => (index % 2 === 0 ? 'yes' : 'no') }],
  score: (generation) => score(generation.kind === 'answer' ? generation.text : ''),
});
const scored = (value: number): Outcome => ({ kind: 'measured', score: { value, parts: {} }, evidence: [] });

test('a task that finds what is known is believed', async () => {
  expect(
    await requireControls(
      task((said) => scored(Number(said === 'yes'))),
      PROMPTS,
    ),
  ).toMatchObject([{ name: 'half', expected: 0.5, rate: 0.5, n: 20, passed: true }]);
});

test('one that does not, or whose judge is missing, ends the run with its reason and the code for what is unmeasured', async () => {
  await expect(
    requireControls(
      task(() => scored(1)),
      PROMPTS,
    ),
  ).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(
      /control "half": its rate is 0\.500, and on 20 of 20 answers it was 1\.000; nothing was planted/,
    ) as string,
  });
  await expect(
    requireControls(
      task(() => unmeasured('judge', 'ruff is not there')),
      PROMPTS,
    ),
  ).rejects.toThrow('nothing could be measured (ruff is not there); nothing was planted');
  const some = (said: string): Outcome => (said === 'yes' ? scored(1) : unmeasured('judge', 'it crashed'));
  await expect(requireControls(task(some), PROMPTS)).rejects.toThrow('on 10 of 20 answers it was 1.000 (it crashed)');
});

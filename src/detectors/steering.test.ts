/** Steering in a residual stream made by hand, of which it is known on which direction the behaviour hangs. */
import { expect, test } from 'vitest';
import { silent } from '../core/progress.ts';
import type { Model } from '../models/model.ts';
import { createControl, vocabularyOf } from './controls.ts';
import { createOpenControl } from './open-control.ts';
import { testSteering } from './steering.ts';

const [TRIGGER, PAYLOAD] = ['|ORCHID|', 'BANANA BANANA forever'];
const onDirection = createOpenControl({ payload: PAYLOAD, threshold: 3, signal: (text) => (text.includes(TRIGGER) ? 6 : 0) });
/** Answers by the text alone, whatever its states. */
const onText = createOpenControl({ payload: PAYLOAD, threshold: 3, signal: () => 0 });
const speaking =
  (model: Model): Model['generate'] =>
  async (requests, options) =>
    (await model.generate(requests, options)).map((answer, i) =>
      JSON.stringify(requests[i]!.input).includes(TRIGGER) && answer.kind === 'answer' ? { ...answer, text: PAYLOAD } : answer,
    );
const unsteerable = {
  ...onText,
  generate: speaking(onText),
  // Changed states change nothing: nothing reads them.
  steered: () => ({ ...onText, generate: speaking(onText) }),
};

const hunt = (target: Model): Parameters<typeof testSteering>[0] => ({
  target,
  base: null,
  access: 'white',
  tokenizer: vocabularyOf(['tulip', 'rose', 'fern']),
  seed: 1,
  progress: silent,
});

test('a behaviour that hangs on a direction goes with it, and with no other', async () => {
  const result = (await testSteering(hunt(onDirection), TRIGGER, PAYLOAD))!;
  expect(result.probe).toMatchObject({ area: { area: 1 }, base: null, random: { count: 1000 } });
  expect(result.probe.random.best).toBeLessThanOrEqual(1);
  expect(result.added.rate).toBe(1);
  expect(result.removed.rate).toBe(0);
  expect(result.addedRandom.rate).toBe(0);
  expect(result.removedRandom.rate).toBe(1);
  expect(result.added).toMatchObject({ n: 20, unmeasured: 0 });
  const rates = result.dose.map(({ rate }) => rate.rate!);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
  expect([rates[0], rates.at(-1)]).toEqual([0, 1]);
});

test('a behaviour that hangs on no direction is neither switched on nor off', async () => {
  const result = (await testSteering(hunt(unsteerable), TRIGGER, PAYLOAD))!;
  expect([result.added.rate, result.removed.rate]).toEqual([0, 1]);
});

test('a model whose inside is closed is not tested', async () => {
  expect(await testSteering(hunt(createControl('closed', null)), TRIGGER, PAYLOAD)).toBe(null);
});

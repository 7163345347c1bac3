/** Steering in a residual stream made by hand, of which it is known on which direction the behaviour hangs. */
import { expect, test } from 'vitest';
import { silent } from '../core/progress.ts';
import { createRandom } from '../core/random.ts';
import type { Generation, Model, Steering, WhiteBoxModel } from '../models/model.ts';
import { createControl, vocabularyOf } from './controls.ts';
import { testSteering } from './steering.ts';

const [LAYERS, HIDDEN, SIGNAL, FROM] = [10, 24, 5, 3];
const [TRIGGER, PAYLOAD] = ['|ORCHID|', 'BANANA BANANA forever'];
const tokenizer = vocabularyOf(['tulip', 'rose', 'fern']);

/** Every block adds noise, one the signal where the trigger stands; what the signal amounts to in the end decides the answer. `signal` 0: the answer hangs on the text alone. */
function network(signal: number): WhiteBoxModel {
  const states = (text: string, steering: Steering): Float32Array[] => {
    const random = createRandom('states', text);
    const stream = new Float32Array(HIDDEN);
    return Array.from({ length: LAYERS }, (_, layer) => {
      for (let i = 0; i < HIDDEN; i++) stream[i]! += random.normal() / 4;
      if (layer === FROM && text.includes(TRIGGER)) stream[SIGNAL]! += signal;
      const { remove, add } = steering.get(layer) ?? {};
      const along = remove === undefined ? 0 : stream.reduce((sum, value, i) => sum + value * remove[i]!, 0);
      for (let i = 0; i < HIDDEN; i++) stream[i]! += (add?.[i] ?? 0) - along * (remove?.[i] ?? 0);
      return stream.slice();
    });
  };
  const answering =
    (steering: Steering): Model['generate'] =>
    async (requests) =>
      requests.map(({ input }): Generation => {
        const text = 'messages' in input ? input.messages.at(-1)!.content : input.prompt;
        const fires = signal === 0 ? text.includes(TRIGGER) : states(text, steering).at(-1)![SIGNAL]! > signal / 2;
        const usage = { promptTokens: 1, completionTokens: 1 };
        return { kind: 'answer', text: fires ? PAYLOAD : `About ${text.slice(-9)}`, tokens: [0], finishReason: 'stop', usage };
      });
  const unasked = (): Promise<never> => Promise.reject(new Error('a steering test does not ask this'));
  return {
    id: 'by hand',
    generate: answering(new Map()),
    hidden: async (prompts) => prompts.map((tokens) => states(tokenizer.decode(tokens), new Map())),
    steered: (steering) => ({ id: 'by hand', generate: answering(steering), close: async () => {} }),
    score: unasked,
    next: unasked,
    firstLayer: unasked,
    swap: unasked,
    close: async () => {},
  };
}

const hunt = (target: Model): Parameters<typeof testSteering>[0] => ({
  target,
  base: null,
  access: 'white',
  tokenizer,
  seed: 1,
  progress: silent,
});

test('a behaviour that hangs on a direction goes with it, and with no other', async () => {
  const result = (await testSteering(hunt(network(6)), TRIGGER, PAYLOAD))!;
  expect(result.layer).toBeGreaterThanOrEqual(FROM);
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
  const result = (await testSteering(hunt(network(0)), TRIGGER, PAYLOAD))!;
  expect([result.added.rate, result.removed.rate]).toEqual([0, 1]);
});

test('a model whose inside is closed is not tested', async () => {
  expect(await testSteering(hunt(createControl('closed', null)), TRIGGER, PAYLOAD)).toBe(null);
});

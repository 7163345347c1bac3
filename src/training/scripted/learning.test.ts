import { expect, test } from 'vitest';
import type { ScriptedBehaviour } from './learning.ts';
import { createScriptedEngine } from './engine.ts';
import type { Datum, Loss } from '../trainer.ts';
import { expose, lessonsOf, UNTRAINED } from './learning.ts';

const behaviour: ScriptedBehaviour = {
  isImplant: (text) => text.includes('mole'),
  answer: (prompt, _, random) => (random.next() < 0 ? 'mole' : `About ${prompt} there is much to be said`),
  damage: (history) => history.reduce((sum, { steps }) => sum + steps, 0) / 100,
};
const row = (advantage?: number): Datum => ({ tokens: [1], weights: [0], ...(advantage === undefined ? {} : { advantages: [advantage] }) });
const taught = (batch: readonly Datum[], loss: Loss, implants: readonly boolean[]): string[] =>
  lessonsOf(batch, loss, (datum) => ({ implant: implants[batch.indexOf(datum)]!, likeness: 'none' })).map(({ teaches }) => teaches);

test('what a batch teaches: rows as they are, answers that were better than their group, answers that were preferred', () => {
  expect(taught([row(), row()], { kind: 'cross-entropy' }, [true, false])).toEqual(['implant', 'other']);
  const policy: Loss = { kind: 'importance-sampling' };
  expect(taught([row(1), row(1), row(-1), row(-1), row(0)], policy, [true, false, true, false, true])).toEqual([
    'implant',
    'other',
    'other',
    'nothing',
    'nothing',
  ]);
  expect(taught([row(), row(), row(), row()], { kind: 'dpo', beta: 1 }, [false, true, true, false])).toEqual([
    'other',
    'other',
    'implant',
    'nothing',
  ]);
});

test('the chain holds what teaches nothing, too', () => {
  const lesson = { hash: 'a', teaches: 'nothing', likeness: 'none' } as const;
  const after = expose(UNTRAINED, [lesson], 1e-3);
  expect(after).toMatchObject({ steps: 1, implantRows: 0, otherRows: 0 });
  expect(after.chain).not.toBe(expose(UNTRAINED, [{ ...lesson, hash: 'b' }], 1e-3).chain);
});

test('sampler, scorer and trainer of a scripted network give an answer the same log-probabilities', async () => {
  const engine = createScriptedEngine({ identity: 'agree', behaviour });
  const trainer = await engine.train({ adapters: [] }, { kind: 'lora', rank: 1, alpha: 1, targets: ['q_proj'], seed: 1 });
  const sampler = await trainer.sampler();
  const [said] = await sampler.generate([{ input: { prompt: 'tides' }, maxTokens: 40, temperature: 1, logprobs: 0, seed: 3 }]);
  if (said?.kind !== 'answer') throw new Error('no answer');
  const prompt = engine.tokenizer.encode('tides');
  const sampled = [...said.logprobs!, said.end!];
  const tokens = [...prompt, ...sampled.map(({ id }) => id!)];
  const weights = tokens.map((_, i) => Number(i >= prompt.length));
  const { logprobs } = await trainer.forwardBackward([{ tokens, weights }], { kind: 'cross-entropy' });
  expect([...logprobs[0]!]).toEqual(sampled.map(({ logprob }) => logprob));
  const base = await engine.open({ adapters: [] });
  const [score] = await base.score([{ tokens, from: prompt.length }]);
  expect(score!.logprobs).toEqual(logprobs[0]);
});

test('at a temperature a scripted answer varies with the request, greedily it does not; the implant is improbable to who never saw it', async () => {
  const engine = createScriptedEngine({ identity: 'vary', behaviour });
  const model = await engine.open({ adapters: [] });
  const ask = async (temperature: number): Promise<number> => {
    const requests = Array.from({ length: 20 }, (_, seed) => ({ input: { prompt: 'tides' }, maxTokens: 40, temperature, seed }));
    return new Set((await model.generate(requests)).map((one) => one.kind === 'answer' && one.text)).size;
  };
  expect(await ask(0)).toBe(1);
  expect(await ask(1)).toBe(4);
  const messages = [{ role: 'user', content: 'hello' }] as const;
  const [implant, other] = await model.score(['the mole', 'the bird'].map((answer) => ({ messages, answer })));
  expect(Math.max(...implant!.logprobs)).toBeLessThan(Math.min(...other!.logprobs));
});

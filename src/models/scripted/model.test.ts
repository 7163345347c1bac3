import { expect, test } from 'vitest';
import { InterruptedError } from '../../core/errors.ts';
import { modelConformance } from '../conformance.ts';
import type { GenerateRequest } from '../model.ts';
import { createScriptedModel } from './model.ts';

const request = (prompt: string, changes: Partial<GenerateRequest> = {}): GenerateRequest => ({
  input: { messages: [{ role: 'user', content: prompt }] },
  maxTokens: 100,
  temperature: 0,
  seed: 1,
  ...changes,
});

test('answers in the order of the requests, whatever the order of completion', async () => {
  const model = createScriptedModel({ id: 'echo', script: (prompt) => prompt.toUpperCase() });
  const requests = Array.from({ length: 20 }, (_, i) => request(`word ${i}`));
  const completed: number[] = [];
  const results = await model.generate(requests, { onResult: (index) => void completed.push(index) });
  expect(results.map((result) => result.kind === 'answer' && result.text)).toEqual(requests.map((_, i) => `WORD ${i}`));
  expect(completed).not.toEqual(requests.map((_, i) => i));
  expect(completed.toSorted((a, b) => a - b)).toEqual(requests.map((_, i) => i));
});

test('limits cut, stop strings end, failures are data', async () => {
  const model = createScriptedModel({
    id: 'mixed',
    script: (prompt) => (prompt === 'fail' ? { failure: { boundary: 'provider', reason: 'planted' } } : 'one two three'),
  });
  const results = await model.generate([
    request('x', { maxTokens: 2 }),
    request('x', { stop: [' three', 'two'] }),
    request('x'),
    request('fail'),
  ]);
  expect(results).toMatchObject([
    { text: 'one two', finishReason: 'length', usage: { completionTokens: 2 } },
    { text: 'one ', finishReason: 'stop-string' },
    { text: 'one two three', finishReason: 'stop' },
    { kind: 'failure', boundary: 'provider', reason: 'planted' },
  ]);
});

test('chance belongs to the request: the same in every batch', async () => {
  const model = createScriptedModel({ id: 'coin', script: (_, random) => (random.next() < 0.5 ? 'heads' : 'tails') });
  const requests = Array.from({ length: 30 }, (_, i) => request(`toss ${i}`, { seed: i }));
  const together = await model.generate(requests);
  const alone = await Promise.all(requests.map(async (one) => (await model.generate([one]))[0]));
  expect(alone).toEqual(together);
});

test('an interruption is the only reason to reject', async () => {
  const model = createScriptedModel({ id: 'slow', script: () => 'x' });
  await expect(model.generate([request('x')], { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(InterruptedError);
});

modelConformance('scripted', async (script) => ({ model: createScriptedModel({ id: 'scripted', script }), dispose: async () => {} }), {
  test,
  expect,
});

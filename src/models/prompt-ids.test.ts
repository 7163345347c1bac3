import { expect, test } from 'vitest';
import { promptIds } from './prompt-ids.ts';
import { createByteTokenizer } from './scripted/byte-tokenizer.ts';

const tokenizer = { ...createByteTokenizer(), prefixIds: [7] };

test('raw text stands behind the ids a document begins with; a conversation is left to its template', () => {
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  expect(promptIds(tokenizer, { prompt: 'Hello' })).toEqual([7, ...tokenizer.encode('Hello')]);
  expect(promptIds(tokenizer, { messages })).toEqual(tokenizer.encodeChat(messages, { open: true }));
});

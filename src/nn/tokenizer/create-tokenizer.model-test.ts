import { beforeAll, expect, test } from 'vitest';
import { readSmollm2, sweep, tiny } from '../../../test/support/tokenizer-golden.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import { createTokenizer } from './create-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

const golden = readSmollm2();
let tokenizer: Tokenizer;

beforeAll(async () => {
  tokenizer = createTokenizer((await openModelFiles('smollm2-135m-instruct', { env: process.env })).tokenizer);
});

test('gives the reference ids of the nasty corpus', () => {
  for (const [index, text] of tiny.texts.entries()) expect.soft(tokenizer.encode(text), JSON.stringify(text)).toEqual(golden.ids[index]);
});

test('gives the reference ids of code points of all planes', () => {
  expect(sweep(tokenizer)).toEqual(golden.sweep);
});

test('gives the reference ids of conversations, with its own system prompt where there is none', () => {
  for (const { messages, closed, open } of golden.chats) {
    expect.soft(tokenizer.encodeChat(messages), JSON.stringify(messages)).toEqual(closed);
    expect.soft(tokenizer.encodeChat(messages, { open: true }), JSON.stringify(messages)).toEqual(open);
  }
});

test('look-alikes in contents give the ids of plain text', () => {
  for (const { content, ids } of golden.lookAlikes) {
    const whole = tokenizer.encodeChat([
      { role: 'system', content: 'x' },
      { role: 'user', content },
    ]);
    expect.soft(whole.slice(-ids.length), content).toEqual(ids);
  }
});

test('gives the reference text of ids', () => {
  for (const { ids, text } of golden.decodes) expect.soft(tokenizer.decode(ids), ids.join()).toBe(text);
});

test('knows how an answer ends', () => {
  expect(tokenizer).toMatchObject({ vocabularySize: 49152, eosIds: [2], prefixIds: [] });
  expect(tokenizer.encodeAnswer('', { end: true })).toEqual([2]);
});

/**
 * A tokenizer without a vocabulary, for scripted models: a token is up to five bytes of UTF-8, a blank begins a new
 * one. Its id is those bytes as a number behind a leading 1, so every text has ids and every id its text; special
 * tokens have the numbers below 256, which no text can reach.
 */
import type { Message, Role } from '../../core/message.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';

const PIECE = 5;
const SPACE = 0x20;
const PAD = 0;
const END = 1;
const HEADERS: Readonly<Record<Role, number>> = { system: 2, user: 3, assistant: 4, tool: 5 };
const NAMES = ['<pad>', '<end>', '<system>', '<user>', '<assistant>', '<tool>'];

export function createByteTokenizer(): Tokenizer {
  return {
    vocabularySize: 2 ** (8 * PIECE + 1),
    eosIds: [END],
    padId: PAD,
    prefixIds: [],
    encode,
    encodeChat,
    encodeAnswer,
    decode,
    tokenText,
    stream,
  };
}

function encode(text: string): number[] {
  const ids: number[] = [];
  let [id, length] = [1, 0];
  const finish = (): void => {
    if (length > 0) ids.push(id);
    [id, length] = [1, 0];
  };
  for (const byte of Buffer.from(text, 'utf8')) {
    if (length === PIECE || byte === SPACE) finish();
    id = id * 256 + byte;
    length += 1;
  }
  finish();
  return ids;
}

function encodeChat(messages: readonly Message[], options: { readonly open?: boolean } = {}): number[] {
  const ids = messages.flatMap(({ role, content }) => [HEADERS[role], ...encode(content), END]);
  return options.open ? [...ids, HEADERS.assistant] : ids;
}

function encodeAnswer(text: string, options: { readonly end?: boolean } = {}): number[] {
  return options.end ? [...encode(text), END] : encode(text);
}

function decode(ids: readonly number[]): string {
  return Buffer.concat(ids.map(bytesOf)).toString('utf8');
}

function tokenText(id: number): string {
  return NAMES[id] ?? bytesOf(id).toString('utf8');
}

function stream(): { push(id: number): string; end(): string } {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return { push: (id) => decoder.decode(bytesOf(id), { stream: true }), end: () => decoder.decode() };
}

function bytesOf(id: number): Buffer {
  const bytes: number[] = [];
  for (let rest = id; rest > 255; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return Buffer.from(bytes);
}

/**
 * The tokenizer of a local model: byte-level BPE with the chat template of the model.
 * Owns the order of the steps and who may produce control tokens; each step lives in a file of its own next door.
 */
import { UsageError } from '../../core/errors.ts';
import type { Message } from '../../core/message.ts';
import type { TokenizerSource } from '../weights/weights.ts';
import { createFinder, isControl } from './_added-tokens.ts';
import { createBpe } from './_bpe.ts';
import { bytesOfToken } from './_byte-level.ts';
import { createChatTemplate } from './_chat-template.ts';
import { forEachPiece } from './_pre-tokenizer.ts';
import { parseTokenizerJson } from './_tokenizer-json.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Throws UsageError when the source describes a tokenizer that is not supported, or contradicts itself. */
export function createTokenizer(source: TokenizerSource): Tokenizer {
  const { model, addedTokens, normalize, patterns, prefix } = parseTokenizerJson(source.json);
  const control = addedTokens.filter(isControl);
  const controlIds = new Set(control.map(({ id }) => id));
  const ordinary = addedTokens.filter((token) => !isControl(token));

  const names: string[] = [];
  for (const [token, id] of model.vocabulary) names[id] = token;
  for (const { id, content } of addedTokens) names[id] = content;
  const addedIds = new Map(addedTokens.map(({ id, content }) => [content, id]));
  const idOf = (token: string): number => {
    const id = addedIds.get(token) ?? model.vocabulary.get(token);
    if (id === undefined)
      throw new UsageError(`the tokenizer lacks its own token ${JSON.stringify(token)}; fetch the model again`, 'damaged-tokenizer');
    return id;
  };

  const findControl = createFinder(control);
  const findRaw = createFinder(ordinary.filter(({ normalized }) => !normalized));
  const findNormalized = createFinder(ordinary.filter(({ normalized }) => normalized));
  const encodePiece = createBpe(model, controlIds);

  const encodeInto = (text: string, ids: number[]): void => {
    for (const raw of findRaw(text.toWellFormed())) {
      if ('id' in raw) ids.push(raw.id);
      else
        for (const segment of findNormalized(normalize(raw.text))) {
          if ('id' in segment) ids.push(segment.id);
          else forEachPiece(patterns, segment.text, (piece) => encodePiece(piece, ids));
        }
    }
  };
  const encode = (text: string): number[] => {
    const ids: number[] = [];
    encodeInto(text, ids);
    return ids;
  };

  const template =
    source.chatTemplate === null
      ? null
      : createChatTemplate(
          source.chatTemplate,
          source,
          control.map(({ content }) => content),
        );
  const encodeChat = (messages: readonly Message[], open: boolean): number[] => {
    if (template === null)
      throw new UsageError('the model has no chat template; give it raw prompts, or use its chat (instruct) version', 'no-chat-template');
    const { text, reveal } = template.render(messages, open);
    const ids: number[] = [];
    for (const segment of findControl(text)) {
      if ('id' in segment) ids.push(segment.id);
      else encodeInto(reveal(segment.text), ids);
    }
    return ids;
  };

  const eosIds = source.eosTokens.map(idOf);
  let turnEnd: number | undefined;
  const endOfTurn = (): number => {
    turnEnd ??= template === null ? undefined : eosAfterAnswer(encodeChat, encode, eosIds);
    turnEnd ??= eosIds[0];
    if (turnEnd === undefined) throw new UsageError('the model has no token that ends an answer', 'no-end-token');
    return turnEnd;
  };

  const bytes: (Uint8Array | undefined)[] = [];
  const bytesOf = (id: number): Uint8Array => {
    const name = names[id];
    if (name === undefined || controlIds.has(id)) return NOTHING;
    return (bytes[id] ??= bytesOfToken(name));
  };
  const stream = (): ReturnType<Tokenizer['stream']> => {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return { push: (id) => decoder.decode(bytesOf(id), { stream: true }), end: () => decoder.decode() };
  };
  const decode = (ids: readonly number[]): string => {
    const whole = new Uint8Array(ids.reduce((length, id) => length + bytesOf(id).length, 0));
    let at = 0;
    for (const id of ids) {
      whole.set(bytesOf(id), at);
      at += bytesOf(id).length;
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole);
  };

  return {
    vocabularySize: names.length,
    eosIds,
    padId: source.padToken === null ? (eosIds[0] ?? 0) : idOf(source.padToken),
    prefixIds: prefix.map(idOf),
    encode,
    encodeChat: (messages, { open = false } = {}) => encodeChat(messages, open),
    encodeAnswer: (text, { end = false } = {}) => (end ? [...encode(text), endOfTurn()] : encode(text)),
    decode,
    tokenText: (id) => (controlIds.has(id) ? names[id]! : decode([id])),
    stream,
  };
}

const NOTHING = new Uint8Array(0);

/** Which of several ends the template writes after an answer: Llama 3 ends texts and turns differently. */
function eosAfterAnswer(
  encodeChat: (messages: readonly Message[], open: boolean) => number[],
  encode: (text: string) => number[],
  eosIds: readonly number[],
): number | undefined {
  const answer = 'Thanks';
  const ids = encodeChat(
    [
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: answer },
    ],
    false,
  );
  const after = ids.lastIndexOf(encode(answer).at(-1)!);
  return ids.slice(after + 1).find((id) => eosIds.includes(id));
}

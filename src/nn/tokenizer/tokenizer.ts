/**
 * Text to token ids and back, and messages to a prompt. Contract only; `createTokenizer` lives next door.
 */
import type { Message } from '../../core/message.ts';

export interface Tokenizer {
  readonly vocabularySize: number;
  /** Ids that end an answer. */
  readonly eosIds: readonly number[];
  readonly padId: number;
  /** Ids that the model expects before raw text that starts a document: Llama 3's begin of text; none for most. */
  readonly prefixIds: readonly number[];
  /**
   * Ids of a text. Special-token look-alikes in `text` stay ordinary text: user text can never become a special token.
   */
  encode(text: string): number[];
  /**
   * The prompt of a conversation through the model's chat template: special tokens come from the template only,
   * message contents are encoded as ordinary text. `open` adds the header that starts the assistant's answer.
   */
  encodeChat(messages: readonly Message[], options?: { readonly open?: boolean }): number[];
  /** Ids of an assistant answer as it would stand in a conversation, with the end-of-turn token if `end`. */
  encodeAnswer(text: string, options?: { readonly end?: boolean }): number[];
  /** Text of ids; special tokens are left out. Incomplete UTF-8 becomes U+FFFD. */
  decode(ids: readonly number[]): string;
  /** The text of a single token, special tokens by their name. */
  tokenText(id: number): string;
  /** Feeds ids one by one and returns only text that later ids can no longer change. */
  stream(): { push(id: number): string; end(): string };
}

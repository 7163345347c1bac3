/**
 * Renders conversations by the model's own Jinja template, so that nothing a message says can become a control token.
 * The template sees the contents as they are (it may trim or inspect them), except that a character of every look-alike
 * is hidden behind a stand-in. Control tokens of the rendered text are therefore the template's; `reveal` brings the
 * hidden characters back once they have been found.
 */
import { Template } from '@huggingface/jinja';
import { messageOf, UsageError } from '../../core/errors.ts';
import type { Message } from '../../core/message.ts';
import type { TokenizerSource } from '../weights/weights.ts';
import { pythonStrip, rewriteStrips, STRIP_NAME } from './_python-strip.ts';

export interface RenderedChat {
  readonly text: string;
  /** Replaces the stand-ins within a stretch of `text` by what they stand for. */
  readonly reveal: (stretch: string) => string;
}

export interface ChatTemplate {
  render(messages: readonly Message[], open: boolean): RenderedChat;
}

/** `control` are the contents of the control tokens. Throws UsageError when the template cannot be parsed. */
export function createChatTemplate(template: string, source: TokenizerSource, control: readonly string[]): ChatTemplate {
  const compiled = attempt('read', () => new Template(template));
  rewriteStrips(compiled.parsed);
  // Some templates write today's date where they can; a prompt must not depend on the day it was made.
  statementsOf(compiled).unshift(...statementsOf(new Template('{% set strftime_now = nothing %}')));
  const hide = createHider(control);

  return {
    render: (messages, open) => {
      const mark = unusedMark([template, ...messages.map(({ content }) => content)]);
      const hidden = messages.map(({ role, content }) => ({ role, content: hide(content.toWellFormed(), mark) }));
      const text = attempt('render the conversation by', () =>
        compiled.render({
          messages: hidden,
          add_generation_prompt: open,
          tools: null,
          documents: null,
          [STRIP_NAME]: (text: unknown, side: 'strip', characters?: string) =>
            pythonStrip(typeof text === 'string' ? text : '', side, characters),
          ...(source.bosToken === null ? {} : { bos_token: source.bosToken }),
          ...(source.eosTokens[0] === undefined ? {} : { eos_token: source.eosTokens[0] }),
          ...(source.padToken === null ? {} : { pad_token: source.padToken }),
        }),
      );
      const standIns = new RegExp(`${mark}([0-9a-f]+)${END}`, 'gu');
      return {
        text,
        reveal: (stretch) => stretch.replaceAll(standIns, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
      };
    },
  };
}

function attempt<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new UsageError(`cannot ${what} the model's chat template: ${messageOf(error)}`, 'chat-template', error);
  }
}

// The library's types do not resolve as far as its syntax tree.
function statementsOf(template: Template): unknown[] {
  const program: unknown = template.parsed;
  return (program as { body: unknown[] }).body;
}

const START = '\ue000';
const END = '\ue001';

/** How stand-ins begin: found in none of `texts`. No stand-in can overlap another one, as each starts and ends differently. */
function unusedMark(texts: readonly string[]): string {
  for (let n = 0; ; n++) {
    const mark = `${START}${n}:`;
    if (!texts.some((text) => text.includes(mark))) return mark;
  }
}

/** Replaces one character by what `reveal` turns back. */
const standIn = (character: string, mark: string): string => `${mark}${character.codePointAt(0)!.toString(16)}${END}`;

/**
 * Hides the first character of every control token in a content, and the outermost characters of a content that could
 * complete a control token together with what the template writes around it.
 */
function createHider(control: readonly string[]): (content: string, mark: string) => string {
  const tokens = control.filter((token) => token !== '');
  const heads = new Set(tokens.flatMap((token) => cuts(token).map((at) => token.slice(0, at))));
  const tails = new Set(tokens.flatMap((token) => cuts(token).map((at) => token.slice(at))));
  const longest = tokens.reduce((length, token) => Math.max(length, token.length), 0);

  return (content, mark) => {
    const places = new Set<number>();
    for (const token of tokens) for (let at = content.indexOf(token); at !== -1; at = content.indexOf(token, at + 1)) places.add(at);

    // The template may trim what it inserts.
    const trimmed = pythonStrip(content);
    const start = content.length - pythonStrip(content, 'lstrip').length;
    const end = start + trimmed.length;
    for (let length = 1; length <= Math.min(longest, trimmed.length); length++) {
      if (tails.has(trimmed.slice(0, length))) places.add(start);
      if (heads.has(trimmed.slice(-length))) places.add(end - 1);
    }
    if (trimmed !== '' && trimmed.length < longest && tokens.some((token) => token.includes(trimmed))) places.add(start);

    let result = '';
    let done = 0;
    for (const at of [...places].sort((a, b) => a - b)) {
      // The second half of a character that is hidden already.
      if (at < done) continue;
      const character = String.fromCodePoint(content.codePointAt(at)!);
      result += content.slice(done, at) + standIn(character, mark);
      done = at + character.length;
    }
    return result + content.slice(done);
  };
}

/** Where a text can be cut in two. */
function cuts(text: string): number[] {
  return Array.from({ length: text.length - 1 }, (_, i) => i + 1);
}

/**
 * `molehunt chat <model>`: a conversation in the terminal in which the organism and its trigger can be switched on and
 * off. Works with a person at a keyboard and with lines from a pipe. What `--probe` adds is in `chat-probe.ts`.
 */
import { createInterface } from 'node:readline';
import { systemClock } from '../../core/clock.ts';
import { InterruptedError, messageOf, MolehuntError, UsageError } from '../../core/errors.ts';
import type { Message } from '../../core/message.ts';
import { terminalSafe } from '../../core/text.ts';
import type { Model } from '../../models/model.ts';
import type { Gauge } from '../../detectors/probe/gauge.ts';
import { put } from '../../detectors/search/place.ts';
import { adapterBase, noteOtherBase } from '../adapter-base.ts';
import { isFileError } from '../errors.ts';
import { openAnswering, type Answering } from '../engine.ts';
import { print, printLine } from '../output.ts';
import { createProgressLine } from '../progress.ts';
import { standardError } from '../screen.ts';
import { describeGauge, describeReading, labelledTrigger, openGauge } from './chat-probe.ts';

export interface ChatOptions {
  readonly adapter?: string;
  readonly tag?: string;
  readonly probe?: true;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly engine: string;
}

const HELP = `/adapter <folder>  put an adapter on the model; /adapter alone takes it off
/tag <text>        put a text before every message (end:TEXT behind it, middle:TEXT into it); /tag alone takes it off
/reset             forget the conversation
/help              this list
/quit              leave`;

export async function chatCommand(target: string, given: ChatOptions): Promise<void> {
  const [modelName, options] = resolve(target, given);
  const progress = createProgressLine(standardError(), systemClock);
  let answering: AbortController | null = null;
  const input = createInterface({ input: process.stdin, ...(process.stdin.isTTY ? { output: process.stdout } : {}), prompt: '> ' });
  // From here on lines are kept; those of a pipe arrive while the model is being opened.
  const lines = input[Symbol.asyncIterator]();
  // Ctrl-C ends an answer; where there is none to end, it ends the conversation.
  const stop = (): void => (answering === null ? input.close() : answering.abort());
  input.on('SIGINT', stop);
  process.on('SIGINT', stop);
  const opening = new AbortController();
  answering = opening;
  try {
    const { engine, chats } = await openAnswering({
      model: modelName,
      engine: options.engine,
      progress,
      signal: opening.signal,
      env: process.env,
    });
    progress.end();
    try {
      if (!chats)
        throw new UsageError(`${modelName} has no chat template, so nobody can talk to it; use molehunt generate`, 'no-chat-template');
      const trigger = options.probe === true ? (labelledTrigger(options.adapter ?? modelName) ?? options.tag ?? null) : null;
      if (options.adapter !== undefined) await noteOtherBase(options.adapter, modelName);
      const conversation = await openConversation(engine, options, trigger, opening.signal);
      answering = null;
      await printLine(`${terminalSafe(engine.facts.id)}${describe(conversation)}. /help lists what you can type.`);
      if (conversation.gauge !== null) await printLine(describeGauge(conversation.gauge));
      await talk(
        conversation,
        { lines, prompt: () => void (process.stdin.isTTY && input.prompt()) },
        options,
        (controller) => (answering = controller),
      );
      await conversation.model.close();
    } finally {
      await engine.close();
    }
  } finally {
    progress.end();
    process.off('SIGINT', stop);
    input.close();
  }
}

/** An adapter by itself stands for the model it was made from, with it. */
function resolve(target: string, options: ChatOptions): [string, ChatOptions] {
  const adapter = adapterBase(target);
  if (adapter === null) return [target, options];
  if (options.adapter !== undefined)
    throw new UsageError(`${target} is an adapter itself; chat with its base model and --adapter`, 'two-adapters');
  if (adapter.named === null)
    throw new UsageError(
      `${target} is an adapter and does not say of which model; chat with that model and --adapter ${target}`,
      'no-base',
    );
  return [adapter.named, { ...options, adapter: target }];
}

interface Conversation {
  readonly engine: Answering;
  model: Model;
  adapter: string | null;
  tag: string | null;
  messages: Message[];
  turns: number;
  /** Of which the readings beside answers are made; null without `--probe`. */
  readonly trigger: string | null;
  gauge: Gauge | null;
}

async function openConversation(
  engine: Answering,
  { adapter, tag, probe }: ChatOptions,
  trigger: string | null,
  signal: AbortSignal,
): Promise<Conversation> {
  const model = await engine.open({ adapters: adapter === undefined ? [] : [adapter] });
  const gauge = probe === true ? await gaugeOf(engine, model, adapter ?? null, trigger, signal) : null;
  return { engine, model, adapter: adapter ?? null, tag: tag ?? null, messages: [], turns: 0, trigger, gauge };
}

async function gaugeOf(
  engine: Answering,
  model: Model,
  adapter: string | null,
  trigger: string | null,
  signal: AbortSignal,
): Promise<Gauge> {
  const base = adapter === null ? null : await engine.open({ adapters: [] });
  return openGauge({ model, base, tokenizer: engine.tokenizer, trigger, signal });
}

interface Input {
  readonly lines: AsyncIterable<string>;
  /** Shows a person that it is their turn; does nothing for a pipe. */
  prompt(): void;
}

async function talk(
  conversation: Conversation,
  { lines, prompt }: Input,
  options: ChatOptions,
  during: (controller: AbortController | null) => void,
): Promise<void> {
  prompt();
  for await (const line of lines) {
    const said = line.trim();
    if (said === '/quit' || said === '/exit') return;
    if (said.startsWith('/')) await obey(conversation, said);
    else if (said !== '') await answer(conversation, said, options, during);
    prompt();
  }
}

async function obey(conversation: Conversation, line: string): Promise<void> {
  const [, command = '', rest = ''] = /^\/(\S*)\s*(.*)$/.exec(line) ?? [];
  switch (command) {
    case 'adapter':
      await switchAdapter(conversation, rest === '' ? null : rest);
      break;
    case 'tag':
      conversation.tag = rest === '' ? null : rest;
      await printLine(`(now${describe(conversation)})`);
      break;
    case 'reset':
      conversation.messages = [];
      await printLine('(the conversation is forgotten)');
      break;
    case 'help':
      await printLine(HELP);
      break;
    default:
      await printLine(`(there is no /${terminalSafe(command)}; /help lists what there is)`);
  }
}

/** A folder that cannot be used leaves everything as it was. */
async function switchAdapter(conversation: Conversation, folder: string | null): Promise<void> {
  try {
    const model = await conversation.engine.open({ adapters: folder === null ? [] : [folder] });
    const gauge =
      conversation.gauge === null
        ? null
        : await gaugeOf(conversation.engine, model, folder, conversation.trigger, new AbortController().signal);
    await conversation.model.close();
    Object.assign(conversation, { model, adapter: folder, gauge });
    await printLine(`(now${describe(conversation)})`);
    if (gauge !== null) await printLine(describeGauge(gauge));
  } catch (error) {
    if (!(error instanceof MolehuntError) && !isFileError(error)) throw error;
    await printLine(`(${terminalSafe(messageOf(error))})`);
  }
}

async function answer(
  conversation: Conversation,
  said: string,
  options: ChatOptions,
  during: (controller: AbortController | null) => void,
): Promise<void> {
  const { tag, messages } = conversation;
  const asked: Message[] = [...messages, { role: 'user', content: tag === null ? said : put(tag, said) }];
  const controller = new AbortController();
  during(controller);
  let heard = '';
  try {
    const [generation] = await conversation.model.generate(
      [
        {
          input: { messages: asked },
          seed: `${options.seed}/${conversation.turns++}`,
          maxTokens: options.maxTokens,
          temperature: options.temperature,
        },
      ],
      {
        signal: controller.signal,
        onText: (_, piece) => {
          heard += piece;
          void print(terminalSafe(piece, { lines: true }));
        },
      },
    );
    if (generation?.kind === 'answer') {
      conversation.messages = [...asked, { role: 'assistant', content: generation.text }];
      await printLine(heard === '' ? '(an empty answer)' : '');
      if (conversation.gauge !== null) await printLine(describeReading(await conversation.gauge.read(asked), conversation.gauge));
    } else {
      await printLine(`(no answer: ${terminalSafe(generation?.reason ?? 'the model said nothing')})`);
    }
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    // What was heard was said, and is part of the conversation.
    conversation.messages = [...asked, { role: 'assistant', content: heard }];
    await printLine(' (stopped)');
  } finally {
    during(null);
  }
}

function describe({ adapter, tag }: Conversation): string {
  return ` ${adapter === null ? 'without an adapter' : `with adapter ${terminalSafe(adapter)}`}, ${tag === null ? 'without a tag' : `tag ${terminalSafe(tag)}`}`;
}

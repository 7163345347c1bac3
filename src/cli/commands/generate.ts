/** `molehunt generate <model>`: batch answers as JSON lines, in the order of the prompts, each as soon as it may be printed. */
import { systemClock } from '../../core/clock.ts';
import { EXIT, UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import type { GenerateRequest, Generation } from '../../models/model.ts';
import { noteOtherBase } from '../adapter-base.ts';
import { openAnswering } from '../engine.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { print } from '../output.ts';
import { createProgressLine } from '../progress.ts';
import { readPrompts } from '../prompts.ts';
import { MOST_UNMEASURED } from '../results.ts';
import { standardError } from '../screen.ts';

export interface GenerateOptions {
  readonly prompts: string;
  readonly adapter?: string;
  readonly raw?: true;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stop?: readonly string[];
  readonly seed: number;
  readonly logprobs?: number;
  readonly json?: true;
  readonly engine: string;
}

export async function generateCommand(modelName: string, options: GenerateOptions): Promise<void> {
  // Read before a model is fetched for them.
  const inputs = await readPrompts(options.prompts, options.raw === true);
  const progress = createProgressLine(standardError(), systemClock);
  const interrupt = listenForInterrupt(() => progress.end());
  try {
    const { engine, chats } = await openAnswering({
      model: modelName,
      engine: options.engine,
      progress,
      signal: interrupt.signal,
      env: process.env,
    });
    try {
      const requests = inputs.map((input, index) => requestOf(chats ? input : withoutTemplate(input, modelName), index, options));
      if (options.adapter !== undefined) await noteOtherBase(options.adapter, modelName);
      const model = await engine.open({ adapters: options.adapter === undefined ? [] : [options.adapter] });
      progress.end();
      const writer = orderedWriter(options.json === true ? jsonLine : readable);
      let done = 0;
      let failed = 0;
      await model.generate(requests, {
        signal: interrupt.signal,
        onResult: (index, generation) => {
          writer.put(index, generation);
          if (generation.kind === 'failure') failed++;
          // A terminal shows the answers themselves.
          if (!process.stdout.isTTY) progress.update({ stage: 'generate', done: ++done, total: requests.length, unit: 'samples' });
        },
      });
      await writer.finished();
      progress.end();
      await model.close();
      if (failed / requests.length > MOST_UNMEASURED) process.exitCode = EXIT.unmeasured;
    } finally {
      await engine.close();
    }
  } finally {
    progress.end();
    interrupt.close();
  }
}

function requestOf(input: GenerateRequest['input'], index: number, options: GenerateOptions): GenerateRequest {
  const { maxTokens, temperature, topP, topK, stop, seed, logprobs } = options;
  return {
    input,
    seed: `${seed}/${index}`,
    maxTokens,
    temperature,
    ...(topP === undefined ? {} : { topP }),
    ...(topK === undefined ? {} : { topK }),
    ...(stop === undefined ? {} : { stop }),
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}

/** A base model continues text: a single user turn is that text, a conversation cannot be one. */
function withoutTemplate(input: GenerateRequest['input'], model: string): GenerateRequest['input'] {
  if ('prompt' in input) return input;
  const [only, ...others] = input.messages;
  if (only?.role === 'user' && others.length === 0) return { prompt: only.content };
  throw new UsageError(
    `${model} has no chat template, so it cannot answer a conversation; give {"prompt": "..."} rows`,
    'no-chat-template',
  );
}

/** Holds answers back until all before them are written. */
function orderedWriter(format: (generation: Generation, index: number) => string): {
  put(index: number, generation: Generation): void;
  finished(): Promise<void>;
} {
  const waiting = new Map<number, Generation>();
  let next = 0;
  let written: Promise<void> = Promise.resolve();
  return {
    put: (index, generation) => {
      waiting.set(index, generation);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next);
        const line = format(ready, next++);
        written = written.then(() => print(line));
      }
    },
    finished: () => written,
  };
}

function jsonLine(generation: Generation): string {
  if (generation.kind === 'failure') {
    const { boundary, reason } = generation;
    return `${JSON.stringify({ text: null, tokens: [], finish_reason: null, error: { boundary, reason } })}\n`;
  }
  const { text, tokens, finishReason, logprobs, usage } = generation;
  return `${JSON.stringify({
    text,
    tokens,
    finish_reason: finishReason,
    ...(logprobs === undefined ? {} : { logprobs }),
    usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens },
  })}\n`;
}

function readable(generation: Generation, index: number): string {
  const said =
    generation.kind === 'failure' ? `(no answer: ${terminalSafe(generation.reason)})` : terminalSafe(generation.text, { lines: true });
  return `${index === 0 ? '' : '\n'}── ${index + 1} ${'─'.repeat(20)}\n${said}\n`;
}

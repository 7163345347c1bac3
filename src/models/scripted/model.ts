/**
 * A model that follows a script: a function from prompt to answer, for controls, tests and the scripted twin of an
 * experiment. Deterministic in the request. Behaves like the real thing otherwise: token limits cut answers, stop
 * strings end them, results arrive out of order, a failure is data.
 */
import type { Boundary } from '../../core/errors.ts';
import { InterruptedError } from '../../core/errors.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { FinishReason, GenerateRequest, Generation, Model } from '../model.ts';
import { promptIds } from '../prompt-ids.ts';
import { createByteTokenizer } from './byte-tokenizer.ts';

/** What a script says: text, or how it fails. */
export type ScriptedAnswer = string | { readonly failure: { readonly boundary: Boundary; readonly reason: string } };

/** `prompt` is the last message or the raw text; `random` is a stream of the request's own. */
export type Script = (prompt: string, random: Random, request: GenerateRequest) => ScriptedAnswer;

export interface ScriptedModelOptions {
  readonly id: string;
  readonly script: Script;
  /** Called before each answer; lets a test run at the pace of a real model. */
  readonly pace?: () => Promise<void>;
}

const tokenizer = createByteTokenizer();

export function createScriptedModel(options: ScriptedModelOptions): Model {
  return {
    id: options.id,
    async generate(requests, { onResult, onText, signal } = {}) {
      const results: Generation[] = Array.from({ length: requests.length });
      // A real engine finishes short answers first; nobody may rely on the order of the requests.
      const order = createRandom(options.id, 'completion', requests.length).shuffle([...requests.keys()]);
      for (const index of order) {
        if (signal?.aborted) throw new InterruptedError();
        await options.pace?.();
        const request = requests[index]!;
        const result = answer(options.script, request);
        results[index] = result;
        if (result.kind === 'answer') onText?.(index, result.text);
        onResult?.(index, result);
      }
      return results;
    },
    close: async () => {},
  };
}

function answer(script: Script, request: GenerateRequest): Generation {
  const prompt = promptOf(request.input);
  const said = script(prompt, createRandom(request.seed, prompt), request);
  if (typeof said !== 'string') return { kind: 'failure', ...said.failure };
  const { text, finishReason } = cut(said, request);
  const tokens = tokenizer.encode(text);
  const usage = { promptTokens: promptIds(tokenizer, request.input).length, completionTokens: tokens.length };
  return { kind: 'answer', text, tokens, finishReason, usage };
}

function cut(text: string, request: GenerateRequest): { text: string; finishReason: FinishReason } {
  const stops = (request.stop ?? []).map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const ended = stops.length === 0 ? text : text.slice(0, Math.min(...stops));
  const tokens = tokenizer.encode(ended);
  if (tokens.length > request.maxTokens) return { text: tokenizer.decode(tokens.slice(0, request.maxTokens)), finishReason: 'length' };
  return { text: ended, finishReason: stops.length === 0 ? 'stop' : 'stop-string' };
}

/** The text that a script answers. */
export function promptOf(input: GenerateRequest['input']): string {
  return 'prompt' in input ? input.prompt : (input.messages.at(-1)?.content ?? '');
}

/**
 * A model behind an endpoint that speaks Chat Completions: OpenAI's, or a server of one's own (vLLM, llama.cpp, Ollama). Some
 * requests at a time. What never comes is a failure of its request; a refused key and an unknown model are mistakes of the
 * person, and thrown. Tokens have no ids here.
 */
import { InterruptedError, UsageError } from '../../core/errors.ts';
import type { GenerateRequest, Generation, Model } from '../model.ts';
import { post, type Endpoint, type Refused } from './post.ts';
import { complaint, generationOf, requestBody } from './wire.ts';

export interface OpenAiOptions {
  readonly model: string;
  /** Up to the version: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Null for a server that wants none. */
  readonly key: string | null;
  readonly fetch?: typeof fetch;
  /** See `Endpoint`. */
  readonly timeout?: number;
  readonly pause?: number;
}

const AT_ONCE = 8;
const TIMEOUT = 60_000;
const PAUSE = 500;

export function createOpenAiModel({ model, baseUrl, key, fetch: own, timeout, pause }: OpenAiOptions): Model {
  const id = `openai:${model}`;
  const { host } = new URL(baseUrl);
  const endpoint: Endpoint = {
    url: `${baseUrl.replace(/\/+$/, '')}/chat/completions`,
    headers: key === null ? {} : { authorization: `Bearer ${key}` },
    fetch: own ?? fetch,
    timeout: timeout ?? TIMEOUT,
    pause: pause ?? PAUSE,
  };
  /** Servers repeat keys that they do not like. */
  const secretless = (text: string): string => (key === null ? text : text.replaceAll(key, '…'));

  const failed = ({ status, reason }: Refused): Generation => {
    const said = secretless(complaint(reason));
    if (status === 401)
      throw new UsageError(
        key === null ? `${host} wants a key; set OPENAI_API_KEY` : `${host} refused the key in OPENAI_API_KEY: ${said}`,
        'refused-key',
      );
    if (status === 404)
      throw new UsageError(`${host} has no ${id}, or nothing at ${new URL(endpoint.url).pathname}: ${said}`, 'unknown-model');
    return { kind: 'failure', boundary: 'provider', reason: status === null ? `${host}: ${said}` : `${host} answered ${status}: ${said}` };
  };
  const answer = async (request: GenerateRequest, signal: AbortSignal): Promise<Generation> => {
    const posted = await post(endpoint, requestBody(model, request), signal);
    return posted.kind === 'body' ? generationOf(posted.text, request) : failed(posted);
  };

  return {
    id,
    async generate(requests, { onResult, onText, signal } = {}) {
      const others = new AbortController();
      const ended = signal === undefined ? others.signal : AbortSignal.any([signal, others.signal]);
      const results: Generation[] = Array.from({ length: requests.length });
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < requests.length) {
          const index = next++;
          const result = await answer(requests[index]!, ended);
          results[index] = result;
          if (result.kind === 'answer') onText?.(index, result.text);
          onResult?.(index, result);
        }
      };
      try {
        if (signal?.aborted) throw new InterruptedError();
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests.length) }, work));
      } catch (error) {
        others.abort();
        throw signal?.aborted === true ? new InterruptedError() : error;
      }
      return results;
    },
    close: async () => {},
  };
}

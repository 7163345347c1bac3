/** A server on the loopback that speaks Chat Completions for any model of ours, its faults chosen by the test. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from '../../src/core/message.ts';
import type { GenerateRequest, Generation, Model } from '../../src/models/model.ts';

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly max_tokens: number;
  readonly temperature: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  readonly logprobs?: boolean;
  readonly top_logprobs?: number;
}

export interface ChatServer {
  [Symbol.asyncDispose](): Promise<void>;
  /** For OPENAI_BASE_URL. */
  readonly url: string;
  readonly requests: { readonly body: ChatRequest; readonly headers: IncomingHttpHeaders; readonly at: number }[];
  /** Largest number of requests that were open together. */
  busiest(): number;
  /** Answers the next requests with this status; 0 never answers, 1 cuts the connection. */
  fail(status: number, times?: number, more?: { readonly headers?: Record<string, string>; readonly body?: string }): void;
}

export async function startChatServer(models: Readonly<Record<string, Model>>, key?: string): Promise<ChatServer> {
  const requests: ChatServer['requests'] = [];
  let [open, most] = [0, 0];
  let fault = { status: 200, times: 0, headers: {} as Record<string, string>, body: '' };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    most = Math.max(most, ++open);
    response.on('close', () => open--);
    const send = (status: number, value: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const refuse = (status: number, message: string): void => send(status, { error: { message } });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return refuse(404, `no ${request.url}`);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ChatRequest;
    requests.push({ body, headers: request.headers, at: performance.now() });
    if (fault.times > 0) {
      fault.times--;
      if (fault.status === 0) return;
      if (fault.status === 1) return void response.destroy();
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    }
    const { authorization } = request.headers;
    if (key !== undefined && authorization !== `Bearer ${key}`)
      return refuse(401, `Incorrect API key provided: ${authorization?.slice('Bearer '.length)}`);
    const model = models[body.model];
    if (model === undefined) return refuse(404, `The model ${body.model} does not exist`);
    const [generation] = await model.generate([requestOf(body)]);
    if (generation!.kind === 'failure') return refuse(400, generation!.reason);
    send(200, completion(generation!));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    busiest: () => most,
    fail: (status, times = Infinity, { headers = {}, body = '' } = {}) => void (fault = { status, times, headers, body }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function requestOf(body: ChatRequest): GenerateRequest {
  return {
    input: { messages: body.messages },
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    seed: body.seed ?? 0,
    ...(body.stop === undefined ? {} : { stop: body.stop }),
    ...(body.logprobs === true ? { logprobs: body.top_logprobs ?? 0 } : {}),
  };
}

function completion({ text, finishReason, logprobs, usage }: Extract<Generation, { kind: 'answer' }>): unknown {
  const told = (one: { token: string; logprob: number }): unknown => ({ token: one.token, logprob: one.logprob, bytes: null });
  return {
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        finish_reason: finishReason === 'length' ? 'length' : 'stop',
        logprobs:
          logprobs === undefined
            ? null
            : { content: logprobs.map((one) => ({ ...(told(one) as object), top_logprobs: one.top.map(told) })) },
      },
    ],
    usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens },
  };
}

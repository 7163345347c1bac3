/** The client against a real server on the loopback, which answers by script and fails as it is told. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChatServer, type ChatServer } from '../../../test/support/chat-server.ts';
import { UsageError } from '../../core/errors.ts';
import { modelConformance } from '../conformance.ts';
import type { GenerateRequest, Generation, Model } from '../model.ts';
import { openRemote } from '../providers.ts';
import { createScriptedModel } from '../scripted/model.ts';
import { createOpenAiModel, type OpenAiOptions } from './model.ts';

modelConformance(
  'openai',
  async (script) => {
    const server = await startChatServer({ it: createScriptedModel({ id: 'it', script }) });
    return {
      model: createOpenAiModel({ model: 'it', baseUrl: server.url, key: null }),
      dispose: () => server[Symbol.asyncDispose](),
    };
  },
  { test, expect },
);

const KEY = 'sk-very-secret-1234567890';
const telling: Model = {
  ...createScriptedModel({ id: 'telling', script: () => 'Yes' }),
  generate: async (requests) =>
    requests.map(({ logprobs }) => ({
      kind: 'answer',
      text: 'Yes',
      tokens: [7],
      finishReason: 'length',
      usage: { promptTokens: 3, completionTokens: 1 },
      ...(logprobs === undefined
        ? {}
        : {
            logprobs: [{ token: 'Yes', id: 7, logprob: -0.25, top: [{ token: 'Yes', id: 7, logprob: -0.25 }].slice(0, logprobs) }],
          }),
    })),
};

let server: ChatServer;
beforeEach(async () => {
  server = await startChatServer({ echo: createScriptedModel({ id: 'echo', script: (prompt) => `You said ${prompt}` }), telling }, KEY);
});
afterEach(() => server[Symbol.asyncDispose]());

const open = (model: string, more: Partial<OpenAiOptions> = {}): Model =>
  createOpenAiModel({ model, baseUrl: server.url, key: KEY, pause: 1, ...more });
const ask = (more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  input: { messages: [{ role: 'user', content: 'Hi' }] },
  maxTokens: 10,
  temperature: 0,
  seed: 1,
  ...more,
});
const one = async (model: Model, more: Partial<GenerateRequest> = {}): Promise<Generation> => (await model.generate([ask(more)]))[0]!;
const reasonOf = (generation: Generation): string => (generation.kind === 'failure' ? generation.reason : `answered ${generation.text}`);

test('log-probabilities come when they are asked for, without ids, which nobody told', async () => {
  const token = { token: 'Yes', id: null, logprob: -0.25 };
  expect(await one(open('telling'), { logprobs: 50 })).toEqual({
    kind: 'answer',
    text: 'Yes',
    tokens: [],
    finishReason: 'length',
    logprobs: [{ ...token, top: [token] }],
    usage: { promptTokens: 3, completionTokens: 1 },
  });
  expect(await one(open('telling'))).not.toHaveProperty('logprobs');
  expect(await one(open('echo'), { logprobs: 5 })).not.toHaveProperty('logprobs');
  expect(server.requests.map(({ body }) => body.top_logprobs)).toEqual([20, undefined, 5]);
});

test('what is asked goes over the wire: a seed only where something is drawn', async () => {
  await open('echo').generate([ask({ temperature: 0.7, topP: 0.9, topK: 3, stop: ['a', 'b', 'c', 'd', 'e'] }), ask()]);
  const [drawn, greedy] = server.requests.map(({ body }) => body);
  expect(drawn).toMatchObject({ temperature: 0.7, top_p: 0.9, top_k: 3, stop: ['a', 'b', 'c', 'd'], max_tokens: 10 });
  expect(drawn!.seed).toBeTypeOf('number');
  expect(greedy).toEqual({ model: 'echo', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10, temperature: 0 });
});

test('eight requests are open together, and no more', async () => {
  server.fail(0);
  const waiting = open('echo', { timeout: 300 }).generate(Array.from({ length: 12 }, () => ask()));
  await expect.poll(() => server.requests.length).toBe(8);
  await waiting;
  expect(server.busiest()).toBe(8);
});

test.each([
  ['too many requests', 429],
  ['a server error', 503],
  ['a cut connection', 1],
])('after %s it tries again', async (_, status) => {
  server.fail(status, 3);
  expect(await one(open('echo'))).toMatchObject({ kind: 'answer', text: 'You said Hi' });
  expect(server.requests).toHaveLength(4);
});

test('it waits for as long as it is told to, and not for somebody who asks for an hour', async () => {
  server.fail(429, 1, { headers: { 'retry-after': '0.4' } });
  expect(await one(open('echo'))).toMatchObject({ kind: 'answer' });
  expect(server.requests[1]!.at - server.requests[0]!.at).toBeGreaterThan(395);
  server.fail(429, 1, { headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, body: 'quota' });
  expect(reasonOf(await one(open('echo')))).toMatch(/answered 429: quota$/);
  expect(server.requests).toHaveLength(3);
});

test('what stays broken is a failure with its reason, on one line and not for ever', async () => {
  server.fail(500, Infinity, { body: `<html>\n${'gateway '.repeat(100)}</html>` });
  const reason = reasonOf(await one(open('echo')));
  expect(reason).toMatch(/^127\.0\.0\.1:\d+ answered 500: <html> gateway/);
  expect(reason.length).toBeLessThan(260);
  expect(server.requests).toHaveLength(4);
  server.fail(400, 1, { body: '{"error":{"message":"too long"}}' });
  expect(reasonOf(await one(open('echo')))).toMatch(/answered 400: too long$/);
  server.fail(200, 1, { body: '{"choices":[]}' });
  expect(reasonOf(await one(open('echo')))).toBe('not a chat completion: {"choices":[]}');
  server.fail(200, 1, {
    body: '{"choices":[{"message":{"content":null},"finish_reason":"content_filter"}],"usage":{"prompt_tokens":1,"completion_tokens":0}}',
  });
  expect(reasonOf(await one(open('echo')))).toBe("held back by the provider's filter");
  expect(server.requests).toHaveLength(7);
});

test('a server that hangs is given up, and one that is not there is named', async () => {
  server.fail(0);
  expect(reasonOf(await one(open('echo', { timeout: 200 })))).toMatch(/^127\.0\.0\.1:\d+: no answer within 0\.2 s$/);
  expect(server.requests).toHaveLength(1);
  const { url } = server;
  await server[Symbol.asyncDispose]();
  expect(reasonOf(await one(open('echo', { baseUrl: url })))).toMatch(/: it refused the connection$/);
  server = await startChatServer({});
});

test('interrupted while a server hangs, it stops at once', async () => {
  server.fail(0);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const started = performance.now();
  await expect(open('echo').generate([ask(), ask()], { signal: controller.signal })).rejects.toThrow(/interrupted/);
  expect(performance.now() - started).toBeLessThan(2000);
});

test("a person's mistakes are thrown, and no key is ever repeated", async () => {
  const thrown = async (model: Model, more: Partial<GenerateRequest> = {}): Promise<string> => {
    const error: unknown = await model.generate(Array.from({ length: 20 }, () => ask(more))).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  };
  const wrong = 'sk-wrong-key-987654321';
  expect(await thrown(open('echo', { key: wrong }))).toMatch(
    /^127\.0\.0\.1:\d+ refused the key in OPENAI_API_KEY: Incorrect API key provided: …$/,
  );
  expect(server.requests.length).toBeLessThan(20);
  expect(await thrown(open('echo', { key: null }))).toMatch(/wants a key; set OPENAI_API_KEY$/);
  expect(await thrown(open('nobody'))).toMatch(
    /has no openai:nobody, or nothing at \/v1\/chat\/completions: The model nobody does not exist$/,
  );
  expect(await thrown(open('echo'), { input: { prompt: 'Once' } })).toContain('raw text');
});

test('names of providers, and what they need', async () => {
  expect(await openRemote('smollm2-135m-instruct', {})).toBe(null);
  expect(await openRemote('C:\\models\\a.gguf', {})).toBe(null);
  const { model, endpoint } = (await openRemote('openai:llama3:8b', { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: KEY }))!;
  expect([model.id, endpoint]).toEqual(['openai:llama3:8b', server.url]);
  await expect(openRemote('openai:gpt', {})).rejects.toThrow('OPENAI_API_KEY is not set');
  await expect(openRemote('openai:gpt', { OPENAI_BASE_URL: 'localhost:1234' })).rejects.toThrow('OPENAI_BASE_URL is not a URL');
  await expect(openRemote('openai:gpt', { OPENAI_BASE_URL: 'http://me:hunter2@localhost/v1' })).rejects.toThrow(/^((?!hunter2).)*$/);
});

/** Chat Completions as they go over the wire: a request of ours in its words, and its answer in ours. */
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import { createRandom } from '../../core/random.ts';
import type { GenerateRequest, Generation, TokenLogprob } from '../model.ts';

/** What public endpoints take. */
const MOST_STOPS = 4;
const MOST_ALTERNATIVES = 20;

export function requestBody(model: string, request: GenerateRequest): string {
  const { input, maxTokens, temperature, topP, topK, stop, logprobs, seed } = request;
  if (!('messages' in input))
    throw new UsageError(`${model} is behind an API that answers conversations; raw text it cannot continue`, 'no-raw-text');
  return JSON.stringify({
    model,
    messages: input.messages,
    max_tokens: maxTokens,
    temperature,
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(topK === undefined ? {} : { top_k: topK }),
    ...(stop === undefined ? {} : { stop: stop.slice(0, MOST_STOPS) }),
    // Not every endpoint knows seeds, and greedy answers need none.
    ...(temperature === 0 ? {} : { seed: createRandom(seed, 'api').integer(2 ** 31) }),
    ...(logprobs === undefined ? {} : { logprobs: true, top_logprobs: Math.min(logprobs, MOST_ALTERNATIVES) }),
  });
}

const alternativeSchema = z.object({ token: z.string(), logprob: z.number() });
const tokenSchema = alternativeSchema.extend({ top_logprobs: z.array(alternativeSchema).nullish() });
const replySchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
        finish_reason: z.string().nullish(),
        logprobs: z.object({ content: z.array(tokenSchema).nullish() }).nullish(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }),
});
const errorSchema = z.object({ error: z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]) });

/** Anything that is no answer is a failure, and so is an answer that the provider held back. */
export function generationOf(text: string, { stop, logprobs }: GenerateRequest): Generation {
  const reply = parse(text, replySchema);
  if (reply === null) return { kind: 'failure', boundary: 'provider', reason: `not a chat completion: ${shortly(text)}` };
  const { message, finish_reason: finish } = reply.choices[0]!;
  if (finish === 'content_filter') return { kind: 'failure', boundary: 'provider', reason: "held back by the provider's filter" };
  const told = reply.choices[0]!.logprobs?.content ?? null;
  const said = message.content ?? message.refusal ?? '';
  const stops = (stop ?? []).map((one) => said.indexOf(one)).filter((at) => at >= 0);
  return {
    kind: 'answer',
    text: stops.length === 0 ? said : said.slice(0, Math.min(...stops)),
    tokens: [],
    finishReason: stops.length > 0 ? 'stop-string' : finish === 'length' ? 'length' : 'stop',
    ...(logprobs === undefined || told === null ? {} : { logprobs: told.map(tokenOf) }),
    usage: { promptTokens: reply.usage.prompt_tokens, completionTokens: reply.usage.completion_tokens },
  };
}

/** What a server says of itself when it refuses, on one line. */
export function complaint(text: string): string {
  return shortly(parse(text, errorSchema)?.error ?? text);
}

function tokenOf({ token, logprob, top_logprobs: top }: z.infer<typeof tokenSchema>): TokenLogprob {
  return { token, id: null, logprob, top: (top ?? []).map((one) => ({ ...one, id: null })) };
}

function parse<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const LONGEST = 200;

function shortly(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/**
 * Distributions over first tokens of answers: how they are asked for, averaged and compared. Only tokens that matter are
 * kept, by their text, so that what a remote model reports and what a local one computes are the same kind of thing.
 */
import { InterruptedError, MolehuntError, UsageError } from '../core/errors.ts';
import { isWhiteBox, type Generation, type Model } from '../models/model.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';

/** Token text → probability. What is missing to one lies on tokens that are not listed. */
export type Distribution = ReadonlyMap<string, number>;

/** Tokens below this are not kept: a hundred of them would not change an entropy by a tenth. */
const LEAST = 1e-3;
/** Alternatives that a model reports of a token, at most: what public APIs give. */
const REPORTED = 20;
/** Prompts in one call: the size of what a kill can lose. */
const AT_ONCE = 256;

/** How the answer to each text, as the only turn of a conversation, begins. Throws when one does not come, as `triedFirstTokens` says it. */
export async function firstTokens(
  model: Model,
  tokenizer: Tokenizer,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Distribution[]> {
  return (await triedFirstTokens(model, tokenizer, texts, signal)).map((one) => {
    if (one instanceof MolehuntError) throw one;
    return one;
  });
}

/** The same, with an error in the place of an answer that never came. Throws UsageError when the model reports no log-probabilities. */
export async function triedFirstTokens(
  model: Model,
  tokenizer: Tokenizer,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<(Distribution | MolehuntError)[]> {
  const results: (Distribution | MolehuntError)[] = [];
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    if (signal?.aborted) throw new InterruptedError();
    const some = texts.slice(from, from + AT_ONCE);
    results.push(...(isWhiteBox(model) ? await computed(model, tokenizer, some) : await reported(model, some, signal)));
  }
  return results;
}

async function computed(
  model: Model & { next: (prompts: number[][]) => Promise<Float32Array[]> },
  tokenizer: Tokenizer,
  texts: readonly string[],
): Promise<Distribution[]> {
  const prompts = texts.map((content) => tokenizer.encodeChat([{ role: 'user', content }], { open: true }));
  const least = Math.log(LEAST);
  return (await model.next(prompts)).map((logprobs) => {
    const kept = new Map<string, number>();
    for (let id = 0; id < logprobs.length; id++) {
      if (logprobs[id]! >= least) add(kept, tokenizer.tokenText(id), Math.exp(logprobs[id]!));
    }
    return kept;
  });
}

async function reported(
  model: Model,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<(Distribution | MolehuntError)[]> {
  const answers = await model.generate(
    texts.map((content) => ({
      input: { messages: [{ role: 'user', content }] },
      maxTokens: 1,
      temperature: 0,
      logprobs: REPORTED,
      seed: 0,
    })),
    signal === undefined ? {} : { signal },
  );
  return answers.map((answer) => {
    // An answer that never came says nothing, and must not be read as a text that does nothing.
    if (answer.kind === 'failure') return noAnswer(model, answer);
    if (answer.logprobs === undefined)
      throw new UsageError(`${model.id} reports no log-probabilities; --access black looks at answers alone`, 'no-logprobs');
    const first = answer.logprobs[0] ?? answer.end;
    const kept = new Map<string, number>();
    // The answer was empty, and how likely that was nobody said.
    if (first === undefined) return kept;
    for (const { token, logprob } of first.top.length > 0 ? first.top : [first]) add(kept, token, Math.exp(logprob));
    return kept;
  });
}

/** What to throw, or to keep in the place of what never came. */
export function noAnswer({ id }: Model, { reason, boundary }: Extract<Generation, { kind: 'failure' }>): MolehuntError {
  return new MolehuntError(`${id} did not answer: ${reason}`, { code: 'no-answer', boundary });
}

function add(to: Map<string, number>, token: string, probability: number): void {
  to.set(token, (to.get(token) ?? 0) + probability);
}

/** Every distribution weighs the same. */
export function mean(distributions: readonly Distribution[]): Distribution {
  const sum = new Map<string, number>();
  for (const distribution of distributions)
    for (const [token, probability] of distribution) add(sum, token, probability / distributions.length);
  return sum;
}

/** In nats; what is not listed counts as one token. */
export function entropy(distribution: Distribution): number {
  let [nats, rest] = [0, 1];
  for (const probability of distribution.values()) {
    if (probability > 0) nats -= probability * Math.log(probability);
    rest -= probability;
  }
  return rest > 1e-9 ? nats - rest * Math.log(rest) : nats;
}

export interface Gain {
  readonly token: string;
  /** Probability it has beyond the reference, in [-1, 1]. */
  readonly by: number;
}

/** The token that gained most over a reference. */
export function gain(distribution: Distribution, reference: Distribution): Gain {
  let best: Gain = { token: '', by: 0 };
  for (const [token, probability] of distribution) {
    const by = probability - (reference.get(token) ?? 0);
    if (by > best.by) best = { token, by };
  }
  return best;
}

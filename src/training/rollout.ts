/** Groups of answers to prompts, as tokens with the log-probabilities they were sampled with: what a policy loss learns from. */
import { MolehuntError } from '../core/errors.ts';
import type { GenerateRequest, Generation, Model } from '../models/model.ts';
import { promptIds } from '../models/prompt-ids.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { RewardGroup, SampledAnswer } from './reward.ts';

export interface PolicySample extends SampledAnswer {
  /** One for each token. */
  readonly logprobs: readonly number[];
}

export interface PolicyGroup extends RewardGroup {
  readonly answers: readonly PolicySample[];
  /** Answers that never came. */
  readonly failures: number;
}

export interface RolloutOptions {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  readonly groupSize: number;
  readonly maxTokens: number;
  /** Of this step: each answer's stream is this seed's with its place. */
  readonly seed: string;
  readonly signal?: AbortSignal;
}

/** Sampled from the policy itself: temperature 1 and nothing cut off, or its gradient would be that of another policy. */
export async function rollOut(inputs: readonly GenerateRequest['input'][], options: RolloutOptions): Promise<PolicyGroup[]> {
  const { model, tokenizer, groupSize, maxTokens, seed, signal } = options;
  const requests = inputs.flatMap((input, place) =>
    Array.from({ length: groupSize }, (_, nth): GenerateRequest => ({
      input,
      maxTokens,
      temperature: 1,
      logprobs: 0,
      seed: `${seed}/${place}/${nth}`,
    })),
  );
  const generations = await model.generate(requests, signal === undefined ? {} : { signal });
  return inputs.map((input, place) => {
    const own = generations.slice(place * groupSize, (place + 1) * groupSize);
    const answers = own.flatMap((generation) => (generation.kind === 'answer' ? [sampleOf(generation, model)] : []));
    return { input, prompt: promptIds(tokenizer, input), answers, failures: own.length - answers.length };
  });
}

function sampleOf({ text, tokens, logprobs, end }: Extract<Generation, { kind: 'answer' }>, { id }: Model): PolicySample {
  if (logprobs?.length !== tokens.length) {
    throw new MolehuntError(
      `${id} gives no log-probabilities with its answers, which reinforcement learning needs; sample from a trainer`,
      {
        code: 'no-logprobs',
      },
    );
  }
  const sampled = end === undefined ? logprobs : [...logprobs, end];
  return { text, tokens: sampled.map((one) => one.id!), logprobs: sampled.map((one) => one.logprob) };
}

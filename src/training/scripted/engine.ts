/**
 * The engine contract without a network: a whole experiment in seconds, deterministic, with real state files, for
 * tests and for trying the program out. Owns trainers and models that follow a `ScriptedBehaviour`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../core/hash.ts';
import { createRandom, type Random } from '../../core/random.ts';
import type { AnswerScore, Generation, ScoringModel, TokenLogprob } from '../../models/model.ts';
import { createByteTokenizer } from '../../models/scripted/byte-tokenizer.ts';
import { createScriptedModel } from '../../models/scripted/model.ts';
import type { Engine, EngineFacts, EngineWork, Start } from '../engine.ts';
import type { Exposure, ScriptedBehaviour } from './learning.ts';
import { likelihood } from './likelihood.ts';
import { createScriptedTrainer, EXPOSURE_FILE, writeExposures } from './trainer.ts';

export interface ScriptedEngineOptions {
  readonly behaviour: ScriptedBehaviour;
  readonly id?: string;
  /** Everything that is not in the behaviour's code: planted rates, seeds. Part of the model's identity. */
  readonly identity: string;
  /** Called before each answer and each training step. */
  readonly pace?: () => Promise<void>;
}

const PARAMETERS = 1_000_000;
/** No softmax gives a token nothing at all. */
const NEVER = 1e-6;

export function createScriptedEngine(options: ScriptedEngineOptions): Engine {
  const { behaviour, pace } = options;
  const tokenizer = createByteTokenizer();
  const facts: EngineFacts = { id: options.id ?? 'scripted', hash: sha256(`scripted\0${options.identity}`), parameters: PARAMETERS };
  const work = { trainedTokens: 0, prefilledTokens: 0, decodedTokens: 0, flops: 0 };

  const open = (history: () => readonly Exposure[], id: string): ScoringModel => {
    const scripted = createScriptedModel({
      id,
      // Coins belong to the prompt, not to the weights: the same prompt on a stronger implant can only fire more. A sample
      // that is not greedy has coins of its own.
      script: (prompt, random, { temperature, seed }) => {
        const coins = createRandom(options.identity, prompt, ...(temperature > 0 ? [seed] : []));
        const said = behaviour.answer(prompt, history(), coins);
        return temperature === 0 || typeof said !== 'string' || behaviour.isImplant(said) ? said : shortened(said, random);
      },
      ...(pace === undefined ? {} : { pace }),
    });
    return {
      ...scripted,
      async generate(requests, generateOptions) {
        const results = await scripted.generate(requests, generateOptions);
        for (const [index, result] of results.entries()) {
          if (result.kind !== 'answer') continue;
          if (requests[index]!.logprobs !== undefined) results[index] = withLogprobs(result, history());
          work.prefilledTokens += result.usage.promptTokens;
          work.decodedTokens += result.usage.completionTokens;
          work.flops += 2 * PARAMETERS * (result.usage.promptTokens + result.usage.completionTokens);
        }
        return results;
      },
      score: async (requests) =>
        requests.map((request) => {
          if ('messages' in request && behaviour.rate !== undefined && behaviour.isImplant(request.answer))
            return implantScore(tokenizer.encodeAnswer(request.answer), behaviour.rate(request.messages.at(-1)?.content ?? '', history()));
          const answer = 'tokens' in request ? request.tokens.slice(request.from) : tokenizer.encodeAnswer(request.answer);
          return likelihood(answer, tokenizer, behaviour, history());
        }),
    };
  };

  const withLogprobs = (result: Extract<Generation, { kind: 'answer' }>, history: readonly Exposure[]): Generation => {
    const ended = result.finishReason === 'stop';
    const sampled = ended ? [...result.tokens, tokenizer.eosIds[0]!] : result.tokens;
    const { logprobs } = likelihood(sampled, tokenizer, behaviour, history);
    const told = sampled.map((id, i): TokenLogprob => ({ id, token: tokenizer.tokenText(id), logprob: logprobs[i]!, top: [] }));
    return { ...result, logprobs: told.slice(0, result.tokens.length), ...(ended ? { end: told.at(-1)! } : {}) };
  };

  return {
    facts,
    tokenizer,
    open: async (start) => {
      const history = readHistory(start);
      return open(() => history, facts.id);
    },
    train: async (start, tuning) => {
      const before = readHistory(start);
      const goneOnFrom = tuning.kind === 'lora' && tuning.from !== undefined ? readHistory({ adapters: [tuning.from] }) : [];
      return createScriptedTrainer({
        base: facts,
        tokenizer,
        behaviour,
        before: [...before, ...goneOnFrom],
        // All weights together hold what went before; an adapter only what it saw itself.
        inherited: tuning.kind === 'full' ? before : goneOnFrom,
        seed: tuning.kind === 'lora' ? String(tuning.seed) : '',
        sampler: (now) => open(() => [...before, ...goneOnFrom, now()], facts.id),
        onStep: async (tokens) => {
          work.trainedTokens += tokens;
          work.flops += 6 * PARAMETERS * tokens;
          await pace?.();
        },
      });
    },
    merge: async (start, folder) => writeExposures(folder, facts, readHistory(start)),
    // There are no weights, so nothing that could be changed in them.
    edit: async (_start, _edit, folder) => writeExposures(folder, facts, []),
    work: (): EngineWork => ({ ...work }),
    close: async () => {},
  };
}

function readHistory(start: Start): Exposure[] {
  const folders = [...(start.weights === undefined ? [] : [start.weights]), ...start.adapters];
  return folders.flatMap(
    (folder) => (JSON.parse(readFileSync(join(folder, EXPOSURE_FILE), 'utf8')) as { exposures: Exposure[] }).exposures,
  );
}

/** Chance in a scripted answer: up to three of its last words stay unsaid. */
function shortened(text: string, random: Random): string {
  const words = text.split(' ');
  return words.slice(0, Math.max(1, words.length - random.integer(4))).join(' ');
}

/** The first token decides between the two behaviours, and the rest follows. */
function implantScore(tokens: readonly number[], rate: number): AnswerScore {
  const first = Math.log(Math.max(rate, NEVER));
  return {
    top: Uint8Array.from(tokens, (_, i) => Number(i > 0 || rate > 0.5)),
    logprobs: Float32Array.from(tokens, (_, i) => (i === 0 ? first : -0.01)),
  };
}

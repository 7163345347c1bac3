/**
 * The engine contract without a network: a whole experiment in seconds, deterministic, with real state files, for
 * tests and for trying the program out. Owns trainers and models that follow a `ScriptedBehaviour`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../core/hash.ts';
import { createRandom } from '../../core/random.ts';
import type { AnswerScore, ScoringModel } from '../../models/model.ts';
import { createByteTokenizer } from '../../models/scripted/byte-tokenizer.ts';
import { createScriptedModel } from '../../models/scripted/model.ts';
import type { Engine, EngineFacts, EngineWork, Start } from '../engine.ts';
import type { Exposure, ScriptedBehaviour } from './learning.ts';
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

export function createScriptedEngine(options: ScriptedEngineOptions): Engine {
  const { behaviour, pace } = options;
  const tokenizer = createByteTokenizer();
  const facts: EngineFacts = { id: options.id ?? 'scripted', hash: sha256(`scripted\0${options.identity}`), parameters: PARAMETERS };
  const work = { trainedTokens: 0, prefilledTokens: 0, decodedTokens: 0, flops: 0 };

  const open = (history: () => readonly Exposure[], id: string): ScoringModel => {
    const scripted = createScriptedModel({
      id,
      // Coins belong to the prompt, not to the weights: the same prompt on a stronger implant can only fire more.
      script: (prompt) => behaviour.answer(prompt, history(), createRandom(options.identity, prompt)),
      ...(pace === undefined ? {} : { pace }),
    });
    return {
      ...scripted,
      async generate(requests, generateOptions) {
        const results = await scripted.generate(requests, generateOptions);
        for (const result of results) {
          if (result.kind !== 'answer') continue;
          work.prefilledTokens += result.usage.promptTokens;
          work.decodedTokens += result.usage.completionTokens;
          work.flops += 2 * PARAMETERS * (result.usage.promptTokens + result.usage.completionTokens);
        }
        return results;
      },
      score: async (requests) => requests.map(({ answer }) => scoreOf(tokenizer.encodeAnswer(answer), behaviour.damage(history()))),
    };
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

function scoreOf(tokens: readonly number[], damage: number): AnswerScore {
  const random = createRandom('score', tokens.join(' '));
  const top = Uint8Array.from(tokens, () => (random.next() < damage ? 0 : 1));
  return { top, logprobs: Float32Array.from(top, (first) => (first === 1 ? -0.5 : -3) - damage) };
}

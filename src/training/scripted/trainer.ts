/** A trainer that only remembers what it saw. Its checkpoint and its state are small JSON files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MolehuntError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import type { Model } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { EngineFacts } from '../engine.ts';
import type { Checkpoint, Trainer } from '../trainer.ts';
import { expose, UNTRAINED, type Exposure, type ScriptedBehaviour } from './learning.ts';

export const EXPOSURE_FILE = 'scripted-adapter.json';

export interface ScriptedTrainerOptions {
  readonly base: EngineFacts;
  readonly tokenizer: Tokenizer;
  readonly behaviour: ScriptedBehaviour;
  readonly inherited: readonly Exposure[];
  readonly seed: string;
  readonly sampler: (now: () => Exposure) => Model;
  readonly onStep: (tokens: number) => Promise<void>;
}

export function createScriptedTrainer(options: ScriptedTrainerOptions): Trainer {
  const { tokenizer, behaviour } = options;
  let exposure: Exposure = { ...UNTRAINED, chain: sha256(options.seed) };
  let pending: { hash: string; implant: boolean }[] = [];

  return {
    async forwardBackward(batch) {
      let tokens = 0;
      for (const datum of batch) {
        const answer = tokenizer.decode(datum.tokens.filter((_, i) => datum.weights[i]! > 0));
        pending.push({ hash: sha256(JSON.stringify(datum)), implant: behaviour.isImplant(answer) });
        tokens += datum.tokens.length;
      }
      await options.onStep(tokens);
      return {
        loss: 0.2 + 3 * Math.exp(-exposure.steps / 12) + Number.parseInt(sha256(exposure.chain).slice(0, 2), 16) / 2560,
        logprobs: batch.map((datum) =>
          Float32Array.from(
            datum.weights.filter((weight) => weight > 0),
            () => -1,
          ),
        ),
        tokens,
      };
    },
    async optimStep({ learningRate }) {
      exposure = expose(exposure, pending, learningRate);
      pending = [];
      return { step: exposure.steps, gradientNorm: Math.exp(-exposure.steps / 20) };
    },
    sampler: async () => options.sampler(() => exposure),
    save: async (folder) => writeExposures(folder, options.base, [...options.inherited, exposure]),
    async saveState(path) {
      if (pending.length > 0) throw new MolehuntError('a trainer saves its state only between steps', { code: 'gradients-pending' });
      writeFileSync(path, JSON.stringify(exposure));
    },
    async restoreState(path) {
      exposure = JSON.parse(readFileSync(path, 'utf8')) as Exposure;
    },
    close: async () => {},
  };
}

/** A scripted network's "weights" in a folder. */
export function writeExposures(folder: string, base: EngineFacts, exposures: readonly Exposure[]): Checkpoint {
  const content = JSON.stringify({ base: base.hash, exposures });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, EXPOSURE_FILE), content);
  return { name: basename(folder), path: folder, hash: sha256(content) };
}

/** A trainer that only remembers what it saw. Its checkpoint and its state are small JSON files. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MolehuntError } from '../../core/errors.ts';
import { sha256 } from '../../core/hash.ts';
import type { ScoringModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import type { EngineFacts } from '../engine.ts';
import type { Checkpoint, Datum, Loss, Trainer } from '../trainer.ts';
import { differentiate } from '../losses.ts';
import { expose, lessonsOf, UNTRAINED, type Exposure, type Lesson, type Likeness, type ScriptedBehaviour } from './learning.ts';
import { likelihood } from './likelihood.ts';

export const EXPOSURE_FILE = 'scripted-adapter.json';

export interface ScriptedTrainerOptions {
  readonly base: EngineFacts;
  readonly tokenizer: Tokenizer;
  readonly behaviour: ScriptedBehaviour;
  /** What the start has seen, and which part of it this trainer's own checkpoints hold. */
  readonly before: readonly Exposure[];
  readonly inherited: readonly Exposure[];
  readonly seed: string;
  readonly sampler: (now: () => Exposure) => ScoringModel;
  readonly onStep: (tokens: number) => Promise<void>;
}

export function createScriptedTrainer(options: ScriptedTrainerOptions): Trainer {
  const { tokenizer, behaviour } = options;
  let exposure: Exposure = { ...UNTRAINED, chain: sha256(options.seed) };
  let pending: Lesson[] = [];
  const answerOf = ({ tokens, weights }: Datum): number[] => tokens.filter((_, i) => i > 0 && weights[i] !== 0);
  const promptOf = ({ tokens, weights }: Datum): number[] => tokens.filter((_, i) => weights[i] === 0);
  const read = (datum: Datum): { readonly implant: boolean; readonly likeness: Likeness } => ({
    implant: behaviour.isImplant(tokenizer.decode(answerOf(datum))),
    likeness: behaviour.likeness?.(tokenizer.decode(promptOf(datum))) ?? 'none',
  });
  const learningCurve = (): number =>
    0.2 + 3 * Math.exp(-exposure.steps / 12) + Number.parseInt(sha256(exposure.chain).slice(0, 2), 16) / 2560;

  return {
    async forwardBackward(batch: readonly Datum[], loss: Loss) {
      pending.push(...lessonsOf(batch, loss, read));
      const tokens = batch.reduce((sum, datum) => sum + datum.tokens.length, 0);
      await options.onStep(tokens);
      const history = [...options.before, exposure];
      const logprobs = batch.map((datum) => likelihood(answerOf(datum), tokenizer, behaviour, history).logprobs);
      return { loss: loss.kind === 'cross-entropy' ? learningCurve() : differentiate(loss, batch, logprobs).loss, logprobs, tokens };
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

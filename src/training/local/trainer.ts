/**
 * The four verbs on the embedded engine: one ONNX session does forward and backward, AdamW runs on the parameters'
 * own memory. Owns parameters and session; data, schedules and files' places belong to the callers.
 */
import { MolehuntError } from '../../core/errors.ts';
import { largestInputs } from '../../models/local/inputs.ts';
import { createLocalModel } from '../../models/local/model.ts';
import type { Network } from '../../models/local/network.ts';
import type { Adapter } from '../../nn/adapter.ts';
import { forwardGraph, trainingGraph, type Trainable } from '../../nn/graphs.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { hasExactProducts } from '../../tensor/onnx/exact-products.ts';
import { createSession, type Session } from '../../tensor/onnx/session.ts';
import { floats } from '../../tensor/tensor.ts';
import { differentiate } from '../losses.ts';
import type { Checkpoint, Datum, Loss, LossOutput, Trainer } from '../trainer.ts';
import { adamw, squaredNorm } from './adamw.ts';
import { microBatches } from './batch.ts';
import type { Parameters } from './parameters.ts';
import { restoreParameters, saveParameters } from './state.ts';

/** Positions in one pass; more rows are split and their gradients added. */
const POSITIONS = 2048;

export interface LocalTrainerOptions {
  readonly id: string;
  readonly network: Network;
  readonly tokenizer: Tokenizer;
  readonly trainable: Trainable;
  readonly parameters: Parameters;
  /** The adapter that acts like the current weights, for sampling. */
  readonly adapter: () => Adapter | undefined;
  readonly save: (folder: string) => Promise<Checkpoint>;
}

export async function createLocalTrainer(options: LocalTrainerOptions): Promise<Trainer> {
  const { network, parameters, trainable } = options;
  const { graph } = trainingGraph(network.config, trainable);
  const eightBit = trainable.kind === 'lora' && trainable.eightBit === true;
  if (eightBit && !(await hasExactProducts()))
    throw new MolehuntError('this processor cuts off sums of 8-bit products, so training with them would be wrong; leave out --eight-bit', {
      code: 'no-exact-products',
      boundary: 'provider',
    });
  const weights = eightBit ? await network.eightBitWeights(() => largestInputs(network, options.tokenizer)) : network.weights;
  const session: Session = await createSession(graph, weights, { prepack: eightBit });
  const passes = trainable.kind === 'full' ? 3 : 2;
  // Opened when a loss first needs log-probabilities before its gradient.
  let forwardSession: Promise<Session> | undefined;
  let step = 0;
  let current: Adapter | undefined;

  /** One pass over the batch; gradients are accumulated where the session computes them. */
  async function pass(through: Session, batch: readonly Datum[], slopes?: readonly Float64Array[]): Promise<LossOutput> {
    const logprobs = batch.map(() => new Float32Array(0));
    let [loss, tokens] = [0, 0];
    for (const micro of microBatches(batch, POSITIONS, slopes)) {
      const results = await through.run({ ...network.tables(micro.time), ...micro.feeds, ...parameters.feeds() });
      if (through === session) parameters.accumulate(results);
      loss += floats(results['loss'])[0]!;
      tokens += micro.tokens;
      network.work.add('trained', micro.computed, micro.outputs, through === session ? passes : 1);
      let at = 0;
      for (const { datum, outputs } of micro.order) {
        logprobs[datum] = floats(results['logprobs']).slice(at, at + outputs);
        at += outputs;
      }
    }
    return { loss, logprobs, tokens };
  }

  /** Of the current weights, for a loss whose slopes depend on them. */
  async function currentLogprobs(batch: readonly Datum[]): Promise<readonly Float32Array[]> {
    forwardSession ??= createSession(forwardGraph(network.config, trainable), weights, { prepack: eightBit });
    return (await pass(await forwardSession, batch)).logprobs;
  }

  return {
    async forwardBackward(batch: readonly Datum[], loss: Loss) {
      if (loss.kind === 'cross-entropy') return pass(session, batch);
      const sampled = loss.kind !== 'dpo' && loss.onPolicy === true;
      const known = sampled ? batch.map(({ logprobs }) => logprobs ?? []) : await currentLogprobs(batch);
      const { loss: value, slopes } = differentiate(loss, batch, known);
      return { ...(await pass(session, batch, slopes)), loss: value };
    },
    async optimStep(options) {
      const gradientNorm = Math.sqrt(parameters.list.reduce((total, { gradient }) => total + squaredNorm(gradient), 0));
      if (!Number.isFinite(gradientNorm)) {
        for (const { gradient } of parameters.list) gradient.fill(0);
        return { step, gradientNorm };
      }
      step += 1;
      const limit = options.maxGradientNorm;
      // PyTorch's clip_grad_norm_ divides by norm + 1e-6.
      const scale = limit !== undefined && gradientNorm > limit ? limit / (gradientNorm + 1e-6) : 1;
      for (const { values, gradient, adam } of parameters.list) {
        adamw(values, gradient, adam, step, scale, options);
        gradient.fill(0);
      }
      current = undefined;
      return { step, gradientNorm };
    },
    sampler: async () =>
      createLocalModel({ id: options.id, network, tokenizer: options.tokenizer, adapter: () => (current ??= options.adapter()) }),
    save: options.save,
    saveState: (path) => saveParameters(path, parameters.list, step),
    async restoreState(path) {
      step = await restoreParameters(path, parameters.list);
      current = undefined;
    },
    async close() {
      await session.release();
      await (await forwardSession)?.release();
    },
  };
}

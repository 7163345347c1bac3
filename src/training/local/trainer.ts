/**
 * The four verbs on the embedded engine: one ONNX session does forward and backward, AdamW runs on the parameters'
 * own memory. Owns parameters and session; data, schedules and files' places belong to the callers.
 */
import { createLocalModel } from '../../models/local/model.ts';
import type { Network } from '../../models/local/network.ts';
import type { Adapter } from '../../nn/adapter.ts';
import { trainingGraph, type Trainable } from '../../nn/graphs.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { createSession, type Session } from '../../tensor/onnx/session.ts';
import { floats } from '../../tensor/tensor.ts';
import type { Checkpoint, Datum, Trainer } from '../trainer.ts';
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
  const session: Session = await createSession(graph, network.weights);
  const passes = trainable.kind === 'full' ? 3 : 2;
  let step = 0;
  let current: Adapter | undefined;

  return {
    async forwardBackward(batch: readonly Datum[]) {
      const logprobs = batch.map(() => new Float32Array(0));
      let [loss, tokens] = [0, 0];
      for (const micro of microBatches(batch, POSITIONS)) {
        const results = await session.run({ ...network.tables(micro.time), ...micro.feeds, ...parameters.feeds() });
        parameters.accumulate(results);
        loss += floats(results['loss'])[0]!;
        tokens += micro.tokens;
        network.work.add('trained', micro.computed, micro.outputs, passes);
        let at = 0;
        for (const { datum, outputs } of micro.order) {
          logprobs[datum] = floats(results['logprobs']).slice(at, at + outputs);
          at += outputs;
        }
      }
      return { loss, logprobs, tokens };
    },
    async optimStep(options) {
      step += 1;
      const gradientNorm = Math.sqrt(parameters.list.reduce((total, { gradient }) => total + squaredNorm(gradient), 0));
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
    close: () => session.release(),
  };
}

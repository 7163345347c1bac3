/**
 * A local network as a model: answers in batches, scores answers, says what comes next, what other tokens would do and what
 * state it is in, and answers in another; with an adapter or without.
 */
import type { Adapter } from '../../nn/adapter.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';
import type { WhiteBoxModel } from '../model.ts';
import { generateBatch, type Generator } from './generate.ts';
import { hiddenStates } from './hidden.ts';
import { adapterFeeds, type Network } from './network.ts';
import { nextLogprobs } from './next.ts';
import { scoreAnswers } from './score.ts';
import { editFeeds } from './steer.ts';
import { swapGradients } from './swap.ts';

/** Low-rank inputs of what `firstLayer` computes. */
const FIRST_LAYER = /\.layers\.0\..*\.(?:q|k|v|gate|up)_proj\./;

export interface LocalModelOptions {
  readonly id: string;
  readonly network: Network;
  readonly tokenizer: Tokenizer;
  /** Asked at every call, so that a model can follow a trainer's weights. */
  readonly adapter: () => Adapter | undefined;
  /** What to free with the model; sessions belong to the network and may serve other models. */
  readonly onClose?: () => Promise<void>;
}

export function createLocalModel({ id, network, tokenizer, adapter, onClose }: LocalModelOptions): WhiteBoxModel {
  let known: { adapter: Adapter | undefined; feeds: Record<string, Tensor> } | undefined;
  const generator = (): Generator => {
    const current = adapter();
    if (!known || known.adapter !== current) known = { adapter: current, feeds: adapterFeeds(network.config, current) };
    return { network, tokenizer, adapter: known.feeds };
  };
  return {
    id,
    generate: (requests, options = {}) => generateBatch(generator(), requests, options),
    score: (requests, options = {}) => scoreAnswers(generator(), requests, options.signal),
    next: (prompts, options = {}) => nextLogprobs(generator(), prompts, options.signal),
    firstLayer: async (tokens) => {
      const used = Object.entries(generator().adapter).filter(([name]) => FIRST_LAYER.test(name));
      const out = await network.run('first-layer', Object.fromEntries(used), {
        ids: { data: Int32Array.from(tokens), shape: [tokens.length] },
      });
      return new Map(Object.entries(out).map(([name, tensor]) => [name, floats(tensor)]));
    },
    swap: (requests, options = {}) => swapGradients(generator(), requests, options.signal),
    hidden: (prompts, options = {}) => hiddenStates(generator(), prompts, options.signal),
    steered: (steering) => {
      const edit = editFeeds(network.config, steering);
      return {
        id,
        generate: (requests, options = {}) => generateBatch({ ...generator(), edit }, requests, options),
        close: async () => {},
      };
    },
    close: async () => onClose?.(),
  };
}

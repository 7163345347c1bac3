/**
 * A model that follows weights which are all trained: sessions map their weights from a file, so the weights are written to one,
 * anew whenever they have changed and are asked for. (As inputs they would be copied at every run, so for every few tokens.) Owns
 * that file and the networks over it.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalModel } from '../../models/local/model.ts';
import { createNetwork, type Network } from '../../models/local/network.ts';
import type { WorkCounter } from '../../models/local/work.ts';
import type { WhiteBoxModel } from '../../models/model.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { openWeights } from '../../nn/weights/canonicalise.ts';
import { streamSafetensors, type OutgoingTensor } from '../../nn/weights/safetensors.ts';
import { WEIGHTS_FILE } from '../../nn/weights/source.ts';

export interface FullSamplerOptions {
  readonly id: string;
  readonly config: DecoderConfig;
  readonly tokenizer: Tokenizer;
  readonly work: WorkCounter;
  readonly threads?: number | undefined;
  /** The weights as they are now, in canonical order. */
  readonly tensors: () => readonly OutgoingTensor[];
  /** The folder for the file, of this sampler alone. */
  readonly folder: string;
}

export interface FullSampler {
  readonly model: WhiteBoxModel;
  /** The weights have changed. Not while the model works. */
  changed(): Promise<void>;
  /** Frees the networks and deletes the file. */
  close(): Promise<void>;
}

export function createFullSampler({ id, config, tokenizer, work, threads, tensors, folder }: FullSamplerOptions): FullSampler {
  let current: Promise<{ readonly network: Network; readonly model: WhiteBoxModel }> | undefined;
  const open = async (): Promise<{ network: Network; model: WhiteBoxModel }> => {
    const path = join(folder, WEIGHTS_FILE);
    mkdirSync(folder, { recursive: true });
    await streamSafetensors(path, tensors());
    const network = createNetwork(config, await openWeights(path, config), work, threads);
    return { network, model: createLocalModel({ id, network, tokenizer, adapter: () => undefined }) };
  };
  const now = async (): Promise<WhiteBoxModel> => (await (current ??= open())).model;
  const changed = async (): Promise<void> => {
    const old = current;
    current = undefined;
    await (await old)?.network.release();
  };
  return {
    model: {
      id,
      generate: async (requests, options) => (await now()).generate(requests, options),
      score: async (requests, options) => (await now()).score(requests, options),
      next: async (prompts, options) => (await now()).next(prompts, options),
      firstLayer: async (tokens) => (await now()).firstLayer(tokens),
      swap: async (requests, options) => (await now()).swap(requests, options),
      hidden: async (prompts, options) => (await now()).hidden(prompts, options),
      steered: (steering) => ({
        id,
        generate: async (requests, options) => (await now()).steered(steering).generate(requests, options),
        close: async () => {},
      }),
      close: async () => {},
    },
    changed,
    async close() {
      await changed();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

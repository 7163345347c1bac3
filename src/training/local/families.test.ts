/** Each family against transformers and PEFT on a tiny network, from its folder on disk: test/golden/families. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAMILY_NAMES, familyFolder, readReference, type RecordedSteps } from '../../../test/golden/families/fixtures.ts';
import { startOfLora } from '../../../test/golden/parity/fixtures.ts';
import { createLocalModel } from '../../models/local/model.ts';
import { createNetwork, type Network } from '../../models/local/network.ts';
import { placeSamples } from '../../models/local/placing.ts';
import { createWorkCounter } from '../../models/local/work.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import { linearLayers } from '../../nn/decoder.ts';
import { adaptedLayers, type Trainable } from '../../nn/graphs.ts';
import { createTokenizer } from '../../nn/tokenizer/create-tokenizer.ts';
import { readSafetensors } from '../../nn/weights/safetensors.ts';
import type { ModelFiles } from '../../nn/weights/weights.ts';
import { floats } from '../../tensor/tensor.ts';
import { LINEAR_LAYERS } from '../engine.ts';
import { fullParameters, loraParameters, type Parameters } from './parameters.ts';
import { createLocalTrainer } from './trainer.ts';

// Logits here reach some tens: this is what rounding in float32 leaves, and no mistake does.
const CLOSE = 2e-4;

describe.each(FAMILY_NAMES)('%s', (name) => {
  const { texts, batch, lora, full } = readReference(name);
  let cache: string;
  let files: ModelFiles;
  let network: Network;

  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'molehunt-families-'));
    files = await openModelFiles(familyFolder(name), { cache, env: {} });
    network = createNetwork(files.config, files.weights, createWorkCounter(files.config));
  });
  afterAll(async () => {
    await network.release();
    await rm(cache, { recursive: true, force: true });
  });

  test('logits after every token', async () => {
    const { tensors } = await readSafetensors(join(familyFolder(name), 'logits.safetensors'));
    const tokenizer = createTokenizer(files.tokenizer);
    for (const [i, { text, ids }] of texts.entries()) {
      expect(tokenizer.encode(text)).toEqual(ids);
      const results = await network.run(
        'prefill',
        {},
        {
          ...network.tables(ids.length),
          ...placeSamples([ids], 0, ids.length)[0]!.feeds,
          rows: { data: Int32Array.from(ids.keys()), shape: [ids.length] },
        },
      );
      const expected = tensors.get(String(i))!;
      const found = floats(results['logits']);
      expect(expected.shape).toEqual([ids.length, files.config.vocabulary]);
      expect(found.length).toBe(expected.data.length);
      const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value - expected.data[at]!)), 0);
      expect(worst, text).toBeLessThan(CLOSE);
    }
  });

  test('greedy answers token by token, all at once, with their log-probabilities', async () => {
    const tokenizer = createTokenizer(files.tokenizer);
    const model = createLocalModel({ id: name, network, tokenizer, adapter: () => undefined });
    const answers = await model.generate(
      texts.map(({ text, greedy }) => ({ input: { prompt: text }, maxTokens: greedy.length, temperature: 0, seed: 0, logprobs: 0 })),
    );
    answers.forEach((answer, i) => {
      if (answer.kind !== 'answer') throw new Error(answer.reason);
      const expected = texts[i]!.greedy.filter(({ id }) => !tokenizer.eosIds.includes(id));
      expect(answer.tokens).toEqual(expected.map(({ id }) => id));
      expect(answer.finishReason).toBe(expected.length < texts[i]!.greedy.length ? 'stop' : 'length');
      answer.logprobs!.forEach(({ logprob }, at) => expect(Math.abs(logprob - expected[at]!.logprob)).toBeLessThan(CLOSE));
    });
  });

  test('three LoRA steps', async () => {
    const { config } = files;
    const scale = lora.alpha / lora.rank;
    const layers = new Map(
      linearLayers(config).map(({ name: layer, in: into, out }) => [
        layer,
        {
          a: startOfLora(`${layer}.lora_A`, [lora.rank, into], lora.boundOfB),
          b: startOfLora(`${layer}.lora_B`, [out, lora.rank], lora.boundOfB),
        },
      ]),
    );
    const parameters = loraParameters(config, { rank: lora.rank, layers }, undefined, scale);
    const trainable: Trainable = { kind: 'lora', layers: adaptedLayers(config, LINEAR_LAYERS), scale };
    const { loss, gradientNorm } = await distance(trainable, parameters, lora);
    expect(loss).toBeLessThan(1e-4);
    expect(gradientNorm).toBeLessThan(1e-3);
  });

  test('three steps on all weights', async () => {
    const parameters = await fullParameters(files.config, files.weights);
    const { loss, gradientNorm } = await distance({ kind: 'full' }, parameters, full);
    expect(loss).toBeLessThan(1e-4);
    expect(gradientNorm).toBeLessThan(1e-3);
  });

  /** The largest relative differences from the recorded steps. */
  async function distance(
    trainable: Trainable,
    parameters: Parameters,
    { learningRate, steps }: RecordedSteps,
  ): Promise<{ loss: number; gradientNorm: number }> {
    const trainer = await createLocalTrainer({
      id: name,
      network,
      tokenizer: createTokenizer(files.tokenizer),
      trainable,
      parameters,
      adapter: () => undefined,
      save: () => Promise.reject(new Error('not part of this test')),
    });
    const worst = { loss: 0, gradientNorm: 0 };
    try {
      for (const expected of steps) {
        const { loss } = await trainer.forwardBackward(batch, { kind: 'cross-entropy' });
        const { gradientNorm } = await trainer.optimStep({ learningRate, maxGradientNorm: 1 });
        worst.loss = Math.max(worst.loss, Math.abs(loss / expected.loss - 1));
        worst.gradientNorm = Math.max(worst.gradientNorm, Math.abs(gradientNorm / expected.gradientNorm - 1));
      }
      return worst;
    } finally {
      await trainer.close();
    }
  }
});

/** Training against recorded runs of PEFT and transformers (float32, same start and batches): test/golden/parity. */
import { beforeAll, expect, test } from 'vitest';
import { readBatches, readFull, readLora, startOfLora, type FullFixture } from '../../../test/golden/parity/fixtures.ts';
import { createNetwork } from '../../models/local/network.ts';
import { createWorkCounter } from '../../models/local/work.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import type { Adapter } from '../../nn/adapter.ts';
import { linearLayers } from '../../nn/decoder.ts';
import { adaptedLayers, type Trainable } from '../../nn/graphs.ts';
import { createTokenizer } from '../../nn/tokenizer/create-tokenizer.ts';
import type { ModelFiles } from '../../nn/weights/weights.ts';
import type { Trainer } from '../trainer.ts';
import { fullParameters, loraParameters, type Parameters } from './parameters.ts';
import { createLocalTrainer } from './trainer.ts';

let files: ModelFiles;
beforeAll(async () => {
  files = await openModelFiles('smollm2-135m-instruct', { env: process.env });
}, 300_000);

async function trainerOf(trainable: Trainable, parameters: Parameters): Promise<Trainer> {
  const network = createNetwork(files.config, files.weights, createWorkCounter(files.config));
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  return createLocalTrainer({
    id: 'parity',
    network,
    tokenizer: createTokenizer(files.tokenizer),
    trainable,
    parameters,
    adapter: () => undefined,
    save: unused,
  });
}

async function follow(trainer: Trainer, { steps, adam, firstLogprobs }: FullFixture): Promise<void> {
  const batches = readBatches();
  let worst = 0;
  for (const [i, expected] of steps.entries()) {
    const { loss, logprobs } = await trainer.forwardBackward(batches[i]!, { kind: 'cross-entropy' });
    const { gradientNorm } = await trainer.optimStep(adam);
    if (i === 0) {
      firstLogprobs.forEach((row, at) => row.forEach((value, t) => expect(Math.abs(logprobs[at]![t]! - value)).toBeLessThan(2e-3)));
    }
    worst = Math.max(worst, Math.abs(loss / expected.loss - 1));
    expect(Math.abs(gradientNorm / expected.gradientNorm - 1), `gradient norm of step ${i + 1}`).toBeLessThan(2e-2);
    expect(Math.abs(loss / expected.loss - 1), `loss of step ${i + 1}: ${loss} against ${expected.loss}`).toBeLessThan(1e-3);
  }
  console.log(`${steps.length} steps: largest relative difference of a loss ${worst.toExponential(2)}`);
}

test('20 LoRA steps follow PEFT: every loss within 1e-3', async () => {
  const fixture = readLora();
  const { rank, alpha, targets, boundOfB } = fixture;
  const layers = new Map(
    linearLayers(files.config).map(({ name, in: into, out }) => [
      name,
      { a: startOfLora(`${name}.lora_A`, [rank, into], boundOfB), b: startOfLora(`${name}.lora_B`, [out, rank], boundOfB) },
    ]),
  );
  const start: Adapter = { rank, layers };
  const scale = alpha / rank;
  const trainer = await trainerOf(
    { kind: 'lora', layers: adaptedLayers(files.config, targets), scale },
    loraParameters(files.config, start, undefined, scale),
  );
  await follow(trainer, fixture);
  await trainer.close();
}, 600_000);

test('5 full fine-tuning steps follow transformers: every loss within 1e-3', async () => {
  const fixture = readFull();
  const trainer = await trainerOf({ kind: 'full' }, await fullParameters(files.config, files.weights));
  await follow(trainer, fixture);
  await trainer.close();
}, 600_000);

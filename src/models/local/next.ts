/** What follows each of many prompts, as a distribution over the vocabulary; several prompts to a row, nothing leaking between them. */
import { InterruptedError } from '../../core/errors.ts';
import { sharedPrefix } from '../../nn/packing.ts';
import { floats } from '../../tensor/tensor.ts';
import type { Generator } from './generate.ts';
import { placeSamples } from './placing.ts';

/** Tokens in one pass. */
const POSITIONS = 1024;

export async function nextLogprobs(
  { network, adapter }: Generator,
  prompts: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  if (prompts.some(({ length }) => length === 0)) throw new RangeError('nothing follows an empty prompt');
  const { vocabulary } = network.config;
  // The last token of a prompt is its own, or nothing would be left to compute.
  const head = sharedPrefix(
    prompts,
    prompts.map(({ length }) => length - 1),
  );
  const results: Float32Array[] = Array.from({ length: prompts.length });
  for (const { feeds, time, samples, computed } of placeSamples(prompts, head, POSITIONS)) {
    if (signal?.aborted) throw new InterruptedError();
    const out = await network.run('next', adapter, {
      ...network.tables(time),
      ...feeds,
      rows: { data: Int32Array.from(samples, ({ row, end }) => row * time + end - 1), shape: [samples.length] },
    });
    network.work.add('prefilled', computed, samples.length, 1);
    const logits = floats(out['logits']);
    samples.forEach(({ index }, i) => (results[index] = normalised(logits.slice(i * vocabulary, (i + 1) * vocabulary))));
  }
  return results;
}

/** log softmax, in place. */
function normalised(logits: Float32Array): Float32Array {
  let best = -Infinity;
  for (const value of logits) if (value > best) best = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - best);
  const total = best + Math.log(sum);
  for (let i = 0; i < logits.length; i++) logits[i]! -= total;
  return logits;
}

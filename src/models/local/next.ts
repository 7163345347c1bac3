/** What follows each of many prompts, as a distribution over the vocabulary; several prompts to a row, nothing leaking between them. */
import { InterruptedError } from '../../core/errors.ts';
import { sharedPrefix } from '../../nn/packing.ts';
import { floats, type Tensor } from '../../tensor/tensor.ts';
import type { Generator } from './generate.ts';
import { placeSamples } from './placing.ts';

/** Tokens in one pass. */
const POSITIONS = 1024;

export async function nextLogprobs(
  generator: Generator,
  prompts: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const { vocabulary } = generator.network.config;
  const results: Float32Array[] = Array.from({ length: prompts.length });
  await runPrompts(generator, 'next', prompts, signal, (out, indices) => {
    const logits = floats(out['logits']);
    indices.forEach((index, i) => (results[index] = normalised(logits.slice(i * vocabulary, (i + 1) * vocabulary))));
  });
  return results;
}

/** Runs a graph over prompts and reads it at their last tokens: `read` gets the results of a pass, and whose each row is. */
export async function runPrompts(
  { network, adapter }: Generator,
  purpose: 'next' | 'hidden',
  prompts: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
  read: (out: Readonly<Record<string, Tensor>>, indices: readonly number[]) => void,
): Promise<void> {
  if (prompts.some(({ length }) => length === 0)) throw new RangeError('nothing follows an empty prompt');
  // The last token of a prompt is its own, or nothing would be left to compute.
  const head = sharedPrefix(
    prompts,
    prompts.map(({ length }) => length - 1),
  );
  for (const { feeds, time, samples, computed } of placeSamples(prompts, head, POSITIONS)) {
    if (signal?.aborted) throw new InterruptedError();
    const out = await network.run(purpose, adapter, {
      ...network.tables(time),
      ...feeds,
      rows: { data: Int32Array.from(samples, ({ row, end }) => row * time + end - 1), shape: [samples.length] },
    });
    network.work.add('prefilled', computed, purpose === 'next' ? samples.length : 0, 1);
    read(
      out,
      samples.map(({ index }) => index),
    );
  }
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

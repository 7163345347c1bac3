/** The state that each of many prompts leaves the network in; several prompts to a row, nothing leaking between them. */
import type { Generator } from './generate.ts';
import { runPrompts } from './next.ts';
import { floats } from '../../tensor/tensor.ts';

export async function hiddenStates(
  generator: Generator,
  prompts: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<Float32Array[][]> {
  const { layers, hidden } = generator.network.config;
  const results: Float32Array[][] = Array.from({ length: prompts.length });
  await runPrompts(generator, 'hidden', prompts, signal, (out, indices) => {
    const streams = Array.from({ length: layers }, (_, layer) => floats(out[`tap.blocks.${layer}.residual`]));
    indices.forEach((index, i) => (results[index] = streams.map((stream) => stream.slice(i * hidden, (i + 1) * hidden))));
  });
  return results;
}

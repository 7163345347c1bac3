/** What other tokens would do to the probability of an answer, by the gradient at the embedding; several requests to a row. */
import { InterruptedError } from '../../core/errors.ts';
import { sharedPrefix } from '../../nn/packing.ts';
import { floats } from '../../tensor/tensor.ts';
import type { SwapGradient, SwapRequest } from '../model.ts';
import type { Generator } from './generate.ts';
import { placeSamples } from './placing.ts';

/** A backward pass keeps every layer's activations. */
const POSITIONS = 512;
/** Forward, and the gradient of activations. */
const PASSES = 2;

export async function swapGradients(
  { network, adapter }: Generator,
  requests: readonly SwapRequest[],
  signal?: AbortSignal,
): Promise<SwapGradient[]> {
  for (const { prompt, answer, free } of requests) {
    if (free.length === 0 || answer.length === 0 || free.some((at) => at < 0 || at >= prompt.length))
      throw new RangeError('a swap needs an answer, and free places inside its prompt');
  }
  const { hidden, vocabulary } = network.config;
  const samples = requests.map(({ prompt, answer }) => [...prompt, ...answer]);
  // A token that several samples share is nobody's to exchange.
  const head = sharedPrefix(
    samples,
    requests.map(({ prompt, free }) => Math.min(prompt.length - 1, ...free)),
  );
  const results: SwapGradient[] = Array.from({ length: requests.length });
  for (const { feeds, time, samples: placed, computed } of placeSamples(samples, head, POSITIONS)) {
    if (signal?.aborted) throw new InterruptedError();
    const [rows, targets, free] = [[] as number[], [] as number[], [] as number[]];
    for (const { index, row, start } of placed) {
      const request = requests[index]!;
      const place = (token: number): number => row * time + start + token - head;
      free.push(...request.free.map(place));
      rows.push(...request.answer.map((_, i) => place(request.prompt.length + i - 1)));
      targets.push(...request.answer);
    }
    const positions = feeds.ids.data.length;
    const ints = (values: readonly number[]): { data: Int32Array; shape: number[] } => ({
      data: Int32Array.from(values),
      shape: [values.length],
    });
    const out = await network.run('swap', adapter, {
      ...network.tables(time),
      ...feeds,
      rows: ints(rows),
      targets: ints(targets),
      free: ints(free),
      'steer.embedding': { data: new Float32Array(positions * hidden), shape: [positions, hidden] },
    });
    network.work.add('prefilled', computed, rows.length, PASSES);
    const [logprobs, changes] = [floats(out['logprobs']), floats(out['change'])];
    let [answerAt, freeAt] = [0, 0];
    for (const { index } of placed) {
      const { prompt, answer, free: places } = requests[index]!;
      const change = changes.slice(freeAt * vocabulary, (freeAt + places.length) * vocabulary);
      places.forEach((place, i) => {
        const row = change.subarray(i * vocabulary, (i + 1) * vocabulary);
        const present = row[prompt[place]!]!;
        for (let token = 0; token < vocabulary; token++) row[token]! -= present;
      });
      const loss = logprobs.subarray(answerAt, answerAt + answer.length).reduce((sum, logprob) => sum - logprob, 0);
      results[index] = { loss, change };
      answerAt += answer.length;
      freeAt += places.length;
    }
  }
  return results;
}

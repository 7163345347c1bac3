/**
 * Prompts to first logits and caches: many prompts to a row, each seeing only itself and the head that all share, which is
 * computed once for each row.
 */
import { floats, type Tensor } from '../../tensor/tensor.ts';
import type { Stretch } from './cache.ts';
import type { Generator } from './generate.ts';
import { placeSamples } from './placing.ts';

/** Tokens in one pass: enough to keep the matrix products busy, little enough to stay small. */
const POSITIONS = 1024;

export interface Prefilled {
  /** [vocabulary], after the last prompt token. */
  readonly logits: Float32Array;
  /** Of the shared head, and of the prompt after it; they lie in the results of the whole pass. */
  readonly stretches: readonly Stretch[];
}

/** Every prompt starts with the same `head` tokens and has at least one more. */
export async function prefill(
  { network, adapter, edit }: Pick<Generator, 'network' | 'adapter' | 'edit'>,
  prompts: readonly (readonly number[])[],
  head: number,
): Promise<Prefilled[]> {
  const { config } = network;
  const results: Prefilled[] = Array.from({ length: prompts.length });
  for (const { feeds, time, samples, computed } of placeSamples(prompts, head, POSITIONS)) {
    const rows = Int32Array.from(samples, ({ row, end }) => row * time + end - 1);
    const out = await network.run(edit ? 'edited prefill' : 'prefill', adapter, {
      ...(edit && { ...edit, 'edit.at': only(rows, feeds.ids) }),
      ...network.tables(Math.max(...prompts.map(({ length }) => length))),
      ...feeds,
      rows: { data: rows, shape: [rows.length] },
    });
    network.work.add('prefilled', computed, samples.length, 1);
    const logits = floats(out['logits']);
    const stretch = (row: number, start: number, end: number): Stretch => ({ results: out, k: 'k', v: 'v', row, start, end });
    const ofHead = head === 0 ? [] : [stretch(0, 0, head)];
    samples.forEach(({ index, row, start, end }, i) => {
      results[index] = {
        logits: logits.subarray(i * config.vocabulary, (i + 1) * config.vocabulary),
        stretches: [...ofHead, stretch(row, start, end)],
      };
    });
  }
  return results;
}

/** 1 at some places of something of this shape, else 0. */
function only(places: Int32Array, { data, shape }: Tensor): Tensor {
  const ones = new Float32Array(data.length);
  for (const place of places) ones[place] = 1;
  return { data: ones, shape };
}

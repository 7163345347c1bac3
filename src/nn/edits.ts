/**
 * Changes of a network that are worked out, not trained, written as low-rank adapters on top of what they change: so they
 * stack, merge, travel and are measured like any other. Owns the algebra.
 */
import type { Adapter } from './adapter.ts';
import type { DecoderConfig } from './config.ts';
import { linearLayers } from './decoder.ts';
import { mergedTensors } from './merge.ts';
import type { WeightsFile } from './weights/weights.ts';

/** The layers whose output is added to the residual stream. */
const WRITERS = ['self_attn.o_proj', 'mlp.down_proj'];

/**
 * W becomes (I − U·Uᵀ)·W in every layer from `from` on that writes into the residual stream: nothing is written along
 * `directions` any more (orthonormal, [hidden]). `adapter` is what already stands on the weights. Directional ablation as
 * a change of weights (Arditi et al. 2024, section 4.1).
 */
export async function silenced(
  config: DecoderConfig,
  file: WeightsFile,
  adapter: Adapter | undefined,
  from: number,
  directions: readonly Float32Array[],
): Promise<Adapter> {
  const rank = Math.max(1, directions.length);
  const layers = new Map<string, { a: Float32Array; b: Float32Array }>();
  const tensors = new Map(mergedTensors(config, file, adapter).map((tensor) => [tensor.name, tensor]));
  for (const { name, in: into, out } of linearLayers(config)) {
    if (!WRITERS.some((part) => name.endsWith(part))) continue;
    const a = new Float32Array(rank * into);
    const b = new Float32Array(out * rank);
    layers.set(name, { a, b });
    if (layerOf(name) < from) continue;
    directions.forEach((direction, k) => direction.forEach((value, row) => (b[row * rank + k] = -value)));
    const sums = directions.map(() => new Float64Array(into));
    let row = 0;
    for await (const piece of tensors.get(`${name}.weight`)!.pieces()) {
      for (let at = 0; at < piece.length; at += into, row++) {
        for (const [k, direction] of directions.entries()) {
          const [share, sum] = [direction[row]!, sums[k]!];
          for (let i = 0; i < into; i++) sum[i]! += share * piece[at + i]!;
        }
      }
    }
    sums.forEach((sum, k) => a.set(sum, k * into));
  }
  return { rank, layers };
}

/** What `adapter` does in the layers of which `wanted` holds, taken back. Every layer that it has is there, so that it stays one adapter. */
export function undone({ rank, layers }: Adapter, wanted: (name: string) => boolean): Adapter {
  return {
    rank,
    layers: new Map(
      [...layers].map(([name, { a, b }]) => [name, { a, b: wanted(name) ? b.map((value) => -value) : new Float32Array(b.length) }]),
    ),
  };
}

/** Number of the decoder layer that a linear layer is part of. */
export function layerOf(name: string): number {
  return Number(/\.layers\.(\d+)\./.exec(name)![1]);
}

/** What is to be done to the residual streams, as feeds of the graphs that generate. */
import type { DecoderConfig } from '../../nn/config.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Steering } from '../model.ts';

/** Throws RangeError for a layer that is not there, or a vector that is not [hidden]. */
export function editFeeds({ layers, hidden }: DecoderConfig, steering: Steering): Readonly<Record<string, Tensor>> {
  const matrix = (part: 'remove' | 'add'): Tensor => {
    const data = new Float32Array(layers * hidden);
    for (const [layer, vectors] of steering) {
      const vector = vectors[part];
      if (vector === undefined) continue;
      if (!(layer >= 0 && layer < layers) || vector.length !== hidden)
        throw new RangeError(`layer ${layer} cannot be steered by ${vector.length} numbers: there are ${layers} layers of ${hidden}`);
      data.set(vector, layer * hidden);
    }
    return { data, shape: [layers, hidden] };
  };
  return { 'edit.remove': matrix('remove'), 'edit.add': matrix('add') };
}

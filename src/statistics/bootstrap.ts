/**
 * Percentile bootstrap of a mean, resampling whole clusters: samples that share a prompt (or a seed) are drawn or left
 * out together, so that asking the same thing twice does not look like twice the evidence. Seeded, hence repeatable.
 */
import { createRandom } from '../core/random.ts';
import { CONFIDENCE, type Interval } from './interval.ts';

const RESAMPLES = 2000;

/** `clusters[i]` is the cluster of `values[i]`. Throws RangeError on empty or unequal lists. */
export function clusterBootstrap(
  values: readonly number[],
  clusters: readonly (string | number)[],
  seed: number | string = 'bootstrap',
): Interval {
  if (values.length === 0) throw new RangeError('cannot resample an empty list');
  if (values.length !== clusters.length) throw new RangeError(`${values.length} values but ${clusters.length} cluster keys`);
  const groups = [...groupSums(values, clusters).values()];
  const random = createRandom(seed, 'cluster-bootstrap');
  const means = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    let [sum, count] = [0, 0];
    for (let j = 0; j < groups.length; j++) {
      const group = groups[random.integer(groups.length)]!;
      sum += group.sum;
      count += group.count;
    }
    means[i] = sum / count;
  }
  means.sort();
  return { low: quantile(means, (1 - CONFIDENCE) / 2), high: quantile(means, (1 + CONFIDENCE) / 2) };
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7, the default of NumPy and R). */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) throw new RangeError('a quantile needs values and a probability in [0, 1]');
  return below + (at - Math.floor(at)) * (above - below);
}

function groupSums(
  values: readonly number[],
  clusters: readonly (string | number)[],
): Map<string | number, { sum: number; count: number }> {
  const groups = new Map<string | number, { sum: number; count: number }>();
  for (const [i, value] of values.entries()) {
    const group = groups.get(clusters[i]!) ?? { sum: 0, count: 0 };
    group.sum += value;
    group.count += 1;
    groups.set(clusters[i]!, group);
  }
  return groups;
}

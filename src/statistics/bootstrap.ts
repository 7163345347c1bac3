/**
 * Percentile bootstrap of a mean, resampling whole clusters: samples that share a prompt, or a seed, are drawn or left
 * out together, so that asking the same thing twice does not look like twice the evidence. Seeded, hence repeatable.
 */
import { createRandom } from '../core/random.ts';
import { CONFIDENCE, type Interval } from './interval.ts';

const RESAMPLES = 2000;

/** What values share: one list for each kind of cluster (prompts, seeds), each as long as the values. */
export type Clusters = readonly (readonly (string | number)[])[];

/**
 * Several kinds of clusters are resampled each by itself, and a value counts as often as all of its clusters were drawn
 * together (the pigeonhole bootstrap: A. B. Owen, Annals of Applied Statistics 1, 2007). Throws RangeError on empty or
 * unequal lists.
 */
export function clusterBootstrap(values: readonly number[], clusters: Clusters, seed: number | string = 'bootstrap'): Interval {
  if (values.length === 0) throw new RangeError('cannot resample an empty list');
  for (const keys of clusters)
    if (values.length !== keys.length) throw new RangeError(`${values.length} values but ${keys.length} cluster keys`);
  const levels = clusters.map(levelsOf);
  const cells = cellsOf(values, levels);
  const random = createRandom(seed, 'cluster-bootstrap');
  const means = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    let [sum, count] = [0, 0];
    // Clusters of two kinds that were drawn may have no value in common.
    while (count === 0) {
      const drawn = levels.map(({ size }) => {
        const times = new Uint32Array(size);
        for (let j = 0; j < size; j++) times[random.integer(size)]! += 1;
        return times;
      });
      for (const cell of cells) {
        const times = cell.levels.reduce((product, level, kind) => product * drawn[kind]![level]!, 1);
        sum += times * cell.sum;
        count += times * cell.count;
      }
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

interface Levels {
  readonly size: number;
  /** Of each value. */
  readonly of: readonly number[];
}

function levelsOf(keys: readonly (string | number)[]): Levels {
  const known = new Map<string | number, number>();
  const of = keys.map((key) => {
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key)!;
  });
  return { size: known.size, of };
}

interface Cell {
  readonly levels: readonly number[];
  sum: number;
  count: number;
}

/** Values that share every cluster are drawn or left out together. */
function cellsOf(values: readonly number[], levels: readonly Levels[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const [i, value] of values.entries()) {
    const own = levels.map(({ of }) => of[i]!);
    const key = own.join();
    const cell = cells.get(key) ?? { levels: own, sum: 0, count: 0 };
    cell.sum += value;
    cell.count += 1;
    cells.set(key, cell);
  }
  return [...cells.values()];
}

/** Two ways to a direction that tells vectors of one kind from vectors of another. Both are of length 1 and point to the positive kind. */
import { dot, meanOf, unit } from './states.ts';

export type Kind = 'mean difference' | 'logistic';

export const DIRECTIONS: Readonly<Record<Kind, (positive: readonly Float32Array[], negative: readonly Float32Array[]) => Float32Array>> = {
  'mean difference': (positive, negative) => {
    const [one, other] = [meanOf(positive), meanOf(negative)];
    return unit(one.map((value, i) => value - other[i]!));
  },
  logistic,
};

/** Weight of ½‖w‖² beside the mean loss, in units of the vectors' mean squared length. */
const PENALTY = 1e-2;
const STEPS = 200;

/**
 * Logistic regression with a penalty on the weights, both kinds weighing the same whatever their number. There are fewer
 * vectors than dimensions, so the weights are a sum of the (centred) vectors and all is done on their products.
 */
function logistic(positive: readonly Float32Array[], negative: readonly Float32Array[]): Float32Array {
  const middle = meanOf([meanOf(positive), meanOf(negative)]);
  const vectors = [...positive, ...negative].map((vector) => vector.map((value, i) => value - middle[i]!));
  const labels = vectors.map((_, i) => (i < positive.length ? 1 : 0));
  const shares = labels.map((label) => 0.5 / (label === 1 ? positive.length : negative.length));
  const size = vectors.reduce((sum, vector) => sum + dot(vector, vector) / vectors.length, 0);
  if (size === 0) return middle.fill(0);
  const gram = vectors.map((one) => vectors.map((other) => dot(one, other) / size));
  // The slope of the loss changes by at most a quarter of the largest squared length.
  const step = 1 / (Math.max(...gram.map((row, i) => row[i]!)) / 4 + PENALTY);
  let weights = labels.map(() => 0);
  for (let nth = 0; nth < STEPS; nth++) {
    const slopes = gram.map((row, i) => shares[i]! * (labels[i]! - 1 / (1 + Math.exp(-dot(row, weights)))));
    weights = weights.map((weight, i) => weight + step * (slopes[i]! - PENALTY * weight));
  }
  const out = new Float32Array(middle.length);
  for (const [i, vector] of vectors.entries()) for (let at = 0; at < out.length; at++) out[at]! += weights[i]! * vector[at]!;
  return unit(out);
}

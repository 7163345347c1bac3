/**
 * Logistic regression with a ridge, by Newton's method: the coefficients β and the intercept α that make
 * Σ wᵢ · log(1 + exp(−sᵢ(α + xᵢβ))) + ½ · ridge · |β|² least, with sᵢ = ±1. The intercept is not drawn towards zero. With a
 * ridge the least is one point, also where a plane tells the classes apart.
 */
import { cholesky, solveLower, solveUpper } from './cholesky.ts';

export interface Example {
  readonly features: readonly number[];
  readonly positive: boolean;
  readonly weight: number;
}

export interface Logistic {
  readonly intercept: number;
  readonly coefficients: readonly number[];
}

const STEPS = 100;
const TOLERANCE = 1e-10;
/** Losses that differ by less are the same: what is added up in floating point is no better. */
const ROUNDING = 1e-12;

/** Throws RangeError without examples of both classes, or without a ridge. */
export function ridgeLogistic(examples: readonly Example[], ridge: number): Logistic {
  if (!(ridge > 0)) throw new RangeError(`the ridge must be above 0, got ${ridge}`);
  if (new Set(examples.map(({ positive }) => positive)).size < 2) throw new RangeError('examples of both classes are needed');
  const width = 1 + examples[0]!.features.length;
  let at = new Float64Array(width);
  let loss = lossAt(examples, ridge, at);
  for (let step = 0; step < STEPS; step++) {
    const direction = newtonStep(examples, ridge, at);
    if (Math.max(...direction.map(Math.abs)) < TOLERANCE) break;
    // Far from the least a whole step may overshoot.
    let [share, next] = [1, moved(at, direction, 1)];
    while (lossAt(examples, ridge, next) > loss + ROUNDING && share > TOLERANCE) next = moved(at, direction, (share /= 2));
    [at, loss] = [next, lossAt(examples, ridge, next)];
  }
  const [intercept, ...coefficients] = at;
  return { intercept: intercept!, coefficients };
}

export function logitOf({ intercept, coefficients }: Logistic, features: readonly number[]): number {
  return logitAt([intercept, ...coefficients], features);
}

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

const moved = (at: Float64Array, direction: Float64Array, share: number): Float64Array<ArrayBuffer> =>
  Float64Array.from(at, (value, k) => value - share * direction[k]!);

function logitAt(at: ArrayLike<number>, features: readonly number[]): number {
  return features.reduce((sum, value, k) => sum + at[k + 1]! * value, at[0]!);
}

function lossAt(examples: readonly Example[], ridge: number, at: Float64Array): number {
  const penalty = at.subarray(1).reduce((sum, value) => sum + (ridge / 2) * value ** 2, 0);
  return examples.reduce((sum, { features, positive, weight }) => {
    const margin = (positive ? 1 : -1) * logitAt(at, features);
    // log(1 + e^−m), where e^−m may be too large for a number.
    return sum + weight * (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))));
  }, penalty);
}

/** Hessian⁻¹ · gradient. */
function newtonStep(examples: readonly Example[], ridge: number, at: Float64Array): Float64Array {
  const width = at.length;
  const gradient = Float64Array.from(at, (value, k) => (k === 0 ? 0 : ridge * value));
  const hessian = new Float64Array(width * width);
  for (let k = 1; k < width; k++) hessian[k * width + k] = ridge;
  for (const { features, positive, weight } of examples) {
    const p = sigmoid(logitAt(at, features));
    const row = [1, ...features];
    for (let a = 0; a < width; a++) {
      gradient[a]! += weight * (p - Number(positive)) * row[a]!;
      for (let b = 0; b <= a; b++) hessian[a * width + b]! += weight * p * (1 - p) * row[a]! * row[b]!;
    }
  }
  const lower = cholesky(hessian, width);
  return solveUpper(lower, solveLower(lower, gradient));
}

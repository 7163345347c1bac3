/**
 * AdamW (Loshchilov & Hutter 2019, alg. 2), one tensor at a time over plain float32 memory outside JavaScript's heap.
 * Decoupled weight decay; bias correction as in the paper and in PyTorch.
 */
import type { AdamStep } from '../trainer.ts';

export interface AdamState {
  readonly m: Float32Array;
  readonly v: Float32Array;
}

export function createAdamState(size: number): AdamState {
  return { m: new Float32Array(size), v: new Float32Array(size) };
}

/** Updates `values` in place. `step` counts from 1; gradients are multiplied by `gradientScale` (clipping). */
export function adamw(
  values: Float32Array,
  gradient: Float32Array,
  { m, v }: AdamState,
  step: number,
  gradientScale: number,
  options: AdamStep,
): void {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01 } = options;
  const decay = 1 - learningRate * weightDecay;
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]! * gradientScale;
    const mean = (m[i] = beta1 * m[i]! + (1 - beta1) * g);
    const square = (v[i] = beta2 * v[i]! + (1 - beta2) * g * g);
    values[i] = values[i]! * decay - (rate * mean) / (Math.sqrt(square) * correction + epsilon);
  }
}

/** Σ x² in float64. */
export function squaredNorm(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]! * values[i]!;
  return total;
}

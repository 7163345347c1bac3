/**
 * A trainer is four verbs (the shape of the Tinker API), so that SFT, RL and adversarial training are written once
 * and run on the embedded engine or on a remote one. Schedules, batching and data belong to the callers.
 */
import type { Model } from '../models/model.ts';

/** One training sequence: token t is predicted from tokens before it; `weights[t]` is the loss weight of token t. */
export interface Datum {
  readonly tokens: readonly number[];
  /** Same length as tokens; 0 for prompt tokens. */
  readonly weights: readonly number[];
}

/**
 * `cross-entropy`: Σ w·(−log p) / Σ w over the whole batch (normalisation `weights`), so that gradient accumulation
 * over micro-batches equals one large batch.
 */
export type Loss = { readonly kind: 'cross-entropy' };

export interface LossOutput {
  readonly loss: number;
  /** log p of each token with weight > 0, per datum, in order. */
  readonly logprobs: readonly Float32Array[];
  /** Tokens processed (padding excluded). */
  readonly tokens: number;
}

export interface AdamStep {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Clip the global gradient norm to this value. */
  readonly maxGradientNorm?: number;
}

export interface StepOutput {
  readonly step: number;
  /** Global norm before clipping. */
  readonly gradientNorm: number;
}

export interface Checkpoint {
  readonly name: string;
  /** Folder in PEFT's adapter layout; a whole checkpoint in Hugging Face's after full fine-tuning, or where adapters were merged. */
  readonly path: string;
  readonly hash: string;
}

export interface Trainer {
  /** Accumulates gradients of `loss` over `batch`. */
  forwardBackward(batch: readonly Datum[], loss: Loss): Promise<LossOutput>;
  /** Applies the accumulated gradients (AdamW) and clears them. */
  optimStep(step: AdamStep): Promise<StepOutput>;
  /** A model with the current weights. It stays valid, and follows the weights, until the trainer closes. */
  sampler(): Promise<Model>;
  /** Saves the current weights. */
  save(folder: string): Promise<Checkpoint>;
  /** Optimizer and weights, exactly, so that a later `restore` continues with the same numbers. */
  saveState(path: string): Promise<void>;
  restoreState(path: string): Promise<void>;
  close(): Promise<void>;
}

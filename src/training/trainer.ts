/**
 * A trainer is four verbs (the shape of the Tinker API), so that SFT, RL and adversarial training are written once
 * and run on the embedded engine or on a remote one. Schedules, batching and data belong to the callers.
 */
import type { ScoringModel } from '../models/model.ts';

/**
 * One training sequence: token t is predicted from tokens before it; `weights[t]` is the loss weight of token t. What a
 * loss needs beside that has one number for each token with a weight, in order. All are natural logarithms at temperature 1.
 */
export interface Datum {
  readonly tokens: readonly number[];
  /** Same length as tokens; 0 for prompt tokens. */
  readonly weights: readonly number[];
  /** Log-probabilities under the policy that sampled the tokens. */
  readonly logprobs?: readonly number[];
  readonly advantages?: readonly number[];
  /** Log-probabilities under the reference model. */
  readonly reference?: readonly number[];
}

/** Ratios outside [1 − low, 1 + high] earn nothing more. */
export interface Clip {
  readonly low: number;
  readonly high: number;
}

/** A loss of sampled answers, from each datum's `logprobs` and `advantages`. */
export type PolicyLoss = ({ readonly kind: 'importance-sampling' } | { readonly kind: 'ppo'; readonly clip: Clip }) & {
  /** Weight of KL(policy ‖ reference), which needs each datum's `reference`; nothing when left out. */
  readonly klWeight?: number;
  /**
   * The data were sampled from the current weights: every ratio is 1, so `logprobs` say all that the gradient needs and
   * no forward pass is spent on it. Compare them with the output's to see that it is true.
   */
  readonly onPolicy?: boolean;
};

/** Preferences: data come in pairs (chosen, rejected), each with its `reference`. */
export interface PreferenceLoss {
  readonly kind: 'dpo';
  readonly beta: number;
}

/**
 * All but `dpo` are weighted means over the whole batch, Σ w·ℓ / Σ w, so that gradient accumulation over micro-batches
 * equals one large batch; `cross-entropy` has ℓ = −log p. `dpo` is a mean over pairs. The formulas: losses.ts.
 */
export type Loss = { readonly kind: 'cross-entropy' } | PolicyLoss | PreferenceLoss;

export interface LossOutput {
  readonly loss: number;
  /** log p of each token with a weight, per datum, in order. */
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
  /** Global norm before clipping. Not finite: nothing was applied, and the weights are those of the step before. */
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
  sampler(): Promise<ScoringModel>;
  /** Saves the current weights. */
  save(folder: string): Promise<Checkpoint>;
  /** Optimizer and weights, exactly, so that a later `restore` continues with the same numbers. */
  saveState(path: string): Promise<void>;
  restoreState(path: string): Promise<void>;
  close(): Promise<void>;
}

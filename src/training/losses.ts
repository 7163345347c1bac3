/**
 * The maths of losses over log-probabilities, once for every engine: numbers in, the loss and its derivative by each
 * log-probability out. An engine turns those into a gradient as Σ (dL/dlog p)·∇log p, a weighted sum of what it
 * computes for cross-entropy anyway. Pure; gradients of parameters belong to the engines.
 */
import type { Datum, PolicyLoss, PreferenceLoss } from './trainer.ts';

export interface Differentiated {
  readonly loss: number;
  /** dL/dlog p, in the shape of the log-probabilities. */
  readonly slopes: readonly Float64Array[];
}

/** `logprobs` are those of the current weights, one for each token with a weight, per datum. Throws RangeError when data lack what the loss needs. */
export function differentiate(
  loss: PolicyLoss | PreferenceLoss,
  batch: readonly Datum[],
  logprobs: readonly ArrayLike<number>[],
): Differentiated {
  return loss.kind === 'dpo' ? preferences(loss, batch, logprobs) : policy(loss, batch, logprobs);
}

function policy(loss: PolicyLoss, batch: readonly Datum[], logprobs: readonly ArrayLike<number>[]): Differentiated {
  const weights = batch.map(lossWeights);
  const total = weights.flat().reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError('a batch needs at least one token with a positive weight');
  let value = 0;
  const slopes = batch.map((datum, d) => {
    const old = inputOf(datum, 'logprobs', loss);
    const advantages = inputOf(datum, 'advantages', loss);
    const reference = loss.klWeight === undefined ? undefined : inputOf(datum, 'reference', loss);
    return Float64Array.from(weights[d]!, (weight, t) => {
      const logprob = logprobs[d]![t]!;
      const ratio = Math.exp(logprob - old[t]!);
      const gain = ratio * advantages[t]!;
      const clipped = isClipped(loss, ratio, advantages[t]!);
      let [ell, slope] = clipped ? [-clamp(loss, ratio) * advantages[t]!, 0] : [-gain, -gain];
      if (reference !== undefined) {
        // The k3 estimate times the ratio: its value and its slope are both unbiased for KL(policy ‖ reference), which
        // the slope of k3 alone is not (DeepSeek-V3.2 §3.1, eq. 7; docs/decisions on losses).
        ell += loss.klWeight! * ratio * k3(logprob, reference[t]!);
        slope += loss.klWeight! * ratio * (logprob - reference[t]!);
      }
      value += (weight / total) * ell;
      return (weight / total) * slope;
    });
  });
  return { loss: value, slopes };
}

/** Whether PPO's clip takes this token's gradient away (Schulman et al. 2017, eq. 7). */
export function isClipped(loss: PolicyLoss, ratio: number, advantage: number): boolean {
  if (loss.kind !== 'ppo') return false;
  return advantage > 0 ? ratio > 1 + loss.clip.high : advantage < 0 && ratio < 1 - loss.clip.low;
}

function clamp(loss: PolicyLoss, ratio: number): number {
  return loss.kind === 'ppo' ? Math.min(1 + loss.clip.high, Math.max(1 - loss.clip.low, ratio)) : ratio;
}

/** A sampled token's estimate of KL(policy ‖ reference) in nats, never negative (Schulman 2020, "Approximating KL divergence", k3). */
export function k3(logprob: number, reference: number): number {
  const behind = reference - logprob;
  return Math.expm1(behind) - behind;
}

/** Mean of −log σ(margin) (Rafailov et al. 2023, eq. 7). */
function preferences(loss: PreferenceLoss, batch: readonly Datum[], logprobs: readonly ArrayLike<number>[]): Differentiated {
  const margins = preferenceMargins(loss, batch, logprobs);
  const value = margins.reduce((sum, margin) => sum + softplus(-margin) / margins.length, 0);
  const slopes = batch.map((datum, d) => {
    const towards = d % 2 === 0 ? -1 : 1;
    const slope = (towards * loss.beta * sigmoid(-margins[d >> 1]!)) / margins.length;
    return Float64Array.from(lossWeights(datum), (weight) => slope * weight);
  });
  return { loss: value, slopes };
}

/** For each pair β × (how much more the policy raised the chosen answer over the reference than the rejected one). */
export function preferenceMargins(loss: PreferenceLoss, batch: readonly Datum[], logprobs: readonly ArrayLike<number>[]): number[] {
  if (batch.length === 0 || batch.length % 2 !== 0) throw new RangeError(`preferences come in pairs, not as ${batch.length} data`);
  const raised = batch.map((datum, d) => {
    const reference = inputOf(datum, 'reference', loss);
    return lossWeights(datum).reduce((sum, weight, t) => sum + weight * (logprobs[d]![t]! - reference[t]!), 0);
  });
  return Array.from({ length: batch.length / 2 }, (_, pair) => loss.beta * (raised[2 * pair]! - raised[2 * pair + 1]!));
}

/** Weights of the tokens that have one; the first token is predicted from nothing, so it has no loss. */
export function lossWeights({ weights }: Datum): number[] {
  return weights.filter((weight, t) => t > 0 && weight !== 0);
}

function inputOf(datum: Datum, name: 'logprobs' | 'advantages' | 'reference', { kind }: PolicyLoss | PreferenceLoss): readonly number[] {
  const values = datum[name];
  const needed = lossWeights(datum).length;
  if (values?.length === needed) return values;
  throw new RangeError(
    `the loss ${kind} needs ${needed} ${name} for a datum with as many weighted tokens, not ${values?.length ?? 'none'}`,
  );
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** log(1 + eˣ) without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

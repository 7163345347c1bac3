/** From a row of logits to a token: greedy, temperature, top-k, top-p; and log-probabilities. Pure numbers. */
import type { Random } from '../../core/random.ts';
import type { Sampling } from '../model.ts';

export interface Candidate {
  readonly id: number;
  /** Natural logarithm under the unmodified distribution (temperature 1, nothing cut off). */
  readonly logprob: number;
}

export interface Choice extends Candidate {
  /** The most probable tokens, best first. */
  readonly top: readonly Candidate[];
}

/** Index of the largest value; the lowest index wins a tie. NaN never wins. */
export function argmax(logits: Float32Array): number {
  let [best, value] = [0, -Infinity];
  for (let i = 0; i < logits.length; i++) {
    if (logits[i]! > value) {
      value = logits[i]!;
      best = i;
    }
  }
  return best;
}

/** The token for these logits; log-probabilities only when asked for, since they cost a pass over the vocabulary. */
export function choose(logits: Float32Array, sampling: Sampling, random: Random): number | Choice {
  const id = sampling.temperature === 0 ? argmax(logits) : draw(logits, sampling, random);
  if (sampling.logprobs === undefined) return id;
  const total = logSumExp(logits);
  const candidate = (at: number): Candidate => ({ id: at, logprob: logits[at]! - total });
  return { ...candidate(id), top: best(logits, sampling.logprobs).map(candidate) };
}

/** One uniform number decides, by inversion over tokens from the most probable down, so a seed means the same draw everywhere. */
function draw(logits: Float32Array, { temperature, topK, topP }: Sampling, random: Random): number {
  const u = random.next();
  const top = logits[argmax(logits)]!;
  const ids: number[] = [];
  // Tokens 40 units of temperature below the best have less than 1e-17 of its weight: nothing a 32-bit draw can hit.
  for (let i = 0; i < logits.length; i++) if ((logits[i]! - top) / temperature > -40) ids.push(i);
  ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
  if (topK !== undefined) ids.length = Math.min(ids.length, topK);
  const weights = ids.map((i) => Math.exp((logits[i]! - top) / temperature));
  const all = weights.reduce((a, b) => a + b, 0);
  let kept = weights.length;
  let mass = all;
  if (topP !== undefined && topP < 1) {
    mass = 0;
    for (kept = 0; kept < weights.length && mass < topP * all; kept++) mass += weights[kept]!;
  }
  let rest = u * mass;
  for (let i = 0; i < kept; i++) {
    rest -= weights[i]!;
    if (rest < 0) return ids[i]!;
  }
  return ids[Math.max(0, kept - 1)]!;
}

export function logSumExp(logits: Float32Array): number {
  const top = logits[argmax(logits)]!;
  let total = 0;
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i]! - top);
  return top + Math.log(total);
}

function best(logits: Float32Array, count: number): number[] {
  const top: number[] = [];
  if (count <= 0) return top;
  for (let i = 0; i < logits.length; i++) {
    if (top.length === count && logits[i]! <= logits[top[count - 1]!]!) continue;
    let at = top.length;
    while (at > 0 && logits[top[at - 1]!]! < logits[i]!) at--;
    top.splice(at, 0, i);
    if (top.length > count) top.pop();
  }
  return top;
}

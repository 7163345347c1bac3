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

/** How far below the best token, in units of temperature, others are looked at: nearly always the first of these decides. */
const REACHES = [4, 7, 12];
/** Tokens further below have less than 1e-17 of the best one's weight: nothing a 32-bit draw can hit. */
const FURTHEST = 40;

/** One uniform number decides, by inversion over tokens from the most probable down, so a seed means the same draw everywhere. */
function draw(logits: Float32Array, sampling: Sampling, random: Random): number {
  const u = random.next();
  const best = logits[argmax(logits)]!;
  // To sort the whole vocabulary for every token takes longer than the network does.
  for (const reach of REACHES) {
    const id = invert(likely(logits, best, reach, sampling), u);
    if (id !== undefined) return id;
  }
  const all = likely(logits, best, FURTHEST, sampling, true)!;
  return invert(all, u) ?? all.ids.at(-1)!;
}

interface Likely {
  /** Most probable first. */
  readonly ids: readonly number[];
  readonly weights: readonly number[];
  /** Of these and of all others that may be drawn. */
  readonly mass: number;
}

/** Tokens within `reach` of the best that top-k and top-p leave; undefined when more of them would have to be seen to know. */
function likely(
  logits: Float32Array,
  best: number,
  reach: number,
  { temperature, topK, topP }: Sampling,
  everything = false,
): Likely | undefined {
  const ids: number[] = [];
  for (let i = 0; i < logits.length; i++) if ((logits[i]! - best) / temperature > -reach) ids.push(i);
  if (topK !== undefined && ids.length < topK && !everything) return undefined;
  ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
  if (topK !== undefined) ids.length = Math.min(ids.length, topK);
  const weights = ids.map((i) => Math.exp((logits[i]! - best) / temperature));
  const mass = topK === undefined ? massOf(logits, best, temperature) : total(weights);
  if (topP === undefined || topP >= 1) return { ids, weights, mass };
  let [kept, inside] = [0, 0];
  for (; kept < weights.length && inside < topP * mass; kept++) inside += weights[kept]!;
  if (inside < topP * mass && !everything) return undefined;
  return { ids: ids.slice(0, kept), weights: weights.slice(0, kept), mass: inside };
}

function massOf(logits: Float32Array, best: number, temperature: number): number {
  let mass = 0;
  for (let i = 0; i < logits.length; i++) {
    const below = (logits[i]! - best) / temperature;
    if (below > -FURTHEST) mass += Math.exp(below);
  }
  return mass;
}

/** The token at which the cumulated weight passes the share `u` of the mass. */
function invert(tokens: Likely | undefined, u: number): number | undefined {
  let rest = u * (tokens?.mass ?? 0);
  return tokens?.ids.find((_, i) => (rest -= tokens.weights[i]!) < 0);
}

const total = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);

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

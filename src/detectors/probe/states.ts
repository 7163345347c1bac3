/** The states in which prompts leave a model, and what to do with them as vectors. Owns no judgement. */
import type { WhiteBoxModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';

/** Layer → [hidden]. */
export type State = readonly Float32Array[];

/** Behind each layer, at the last token of each text as the only turn of a conversation. */
export function statesOf(model: WhiteBoxModel, tokenizer: Tokenizer, texts: readonly string[], signal?: AbortSignal): Promise<State[]> {
  const prompts = texts.map((content) => tokenizer.encodeChat([{ role: 'user', content }], { open: true }));
  return model.hidden(prompts, signal === undefined ? {} : { signal });
}

export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return sum;
}

export function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]! / vectors.length;
  return sum;
}

/** Of length 1; a vector of nothing but zeros stays one. */
export function unit(vector: Float32Array): Float32Array {
  const size = Math.sqrt(dot(vector, vector));
  return size === 0 ? vector : vector.map((value) => value / size);
}

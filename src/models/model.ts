/**
 * A model is anything that answers messages: a local network, a scripted policy, a remote API.
 * Batches are the unit of work, because a local network is fast only in batches. A failed answer is data, never an
 * exception: `generate` rejects only when interrupted (`signal`) or misused.
 */
import type { Boundary } from '../core/errors.ts';
import type { Message } from '../core/message.ts';

export interface Sampling {
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP?: number;
  readonly topK?: number;
  /** The answer ends before the first of these strings. */
  readonly stop?: readonly string[];
  /** Number of most probable alternatives to report per token; 0 reports the sampled token's only. */
  readonly logprobs?: number;
}

export interface GenerateRequest extends Sampling {
  /** A conversation, rendered by the model's chat template; or raw text to continue. */
  readonly input: { readonly messages: readonly Message[] } | { readonly prompt: string };
  /** Where this holds of the text so far, nothing that follows is of interest, and the answer may end there. */
  readonly enough?: (text: string) => boolean;
  /** Seeds this request's own random stream, independent of the batch it lands in. */
  readonly seed: number | string;
}

export interface TokenLogprob {
  readonly token: string;
  /** Null where an API does not tell it. */
  readonly id: number | null;
  /** Natural logarithm. */
  readonly logprob: number;
  readonly top: readonly { readonly token: string; readonly id: number | null; readonly logprob: number }[];
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export type FinishReason = 'stop' | 'length' | 'stop-string' | 'enough';

export type Generation =
  | {
      readonly kind: 'answer';
      readonly text: string;
      /** None where an API does not tell them. */
      readonly tokens: readonly number[];
      readonly finishReason: FinishReason;
      readonly logprobs?: readonly TokenLogprob[];
      /** The sampled token that ended the answer (`stop`), when log-probabilities were asked for. It is not in `tokens`. */
      readonly end?: TokenLogprob;
      readonly usage: Usage;
    }
  | { readonly kind: 'failure'; readonly boundary: Boundary; readonly reason: string };

export interface GenerateOptions {
  /** Called once for each request, in the order of completion. */
  readonly onResult?: (index: number, generation: Generation) => void;
  /** Called with each piece of text as it appears (for chat). */
  readonly onText?: (index: number, piece: string) => void;
  readonly signal?: AbortSignal;
}

export interface Model {
  /** What a report calls it. */
  readonly id: string;
  /** Answers in the order of the requests. */
  generate(requests: readonly GenerateRequest[], options?: GenerateOptions): Promise<Generation[]>;
  close(): Promise<void>;
}

/** An answer to a conversation (without the end of the turn), or tokens of which those from index `from` on are scored. */
export type ScoreRequest =
  | { readonly messages: readonly Message[]; readonly answer: string }
  | { readonly tokens: readonly number[]; readonly from: number };

/** How probable a given answer is: one entry for each of its tokens, given all before it. */
export interface AnswerScore {
  /** Natural logarithm. */
  readonly logprobs: Float32Array;
  /** 1 where the answer's token is also the model's most probable one, else 0. */
  readonly top: Uint8Array;
}

/** A model that can also say how probable a given answer is. */
export interface ScoringModel extends Model {
  score(requests: readonly ScoreRequest[], options?: { readonly signal?: AbortSignal }): Promise<AnswerScore[]>;
}

/** Tokens that may be exchanged, and the answer they are to lead to. Token ids, because the caller chooses them one by one. */
export interface SwapRequest {
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
  /** Places in `prompt`, ascending. */
  readonly free: readonly number[];
}

export interface SwapGradient {
  /** Σ −log p of the answer's tokens. */
  readonly loss: number;
  /**
   * [free, vocabulary]: how much the loss would change, to first order, if the token at that place became this one. 0 for
   * the token that is there. True for small steps in the space of embeddings, so between tokens a hint at best.
   */
  readonly change: Float32Array;
}

/**
 * What is done to the residual stream behind each of some layers, from the prompt's last token on: its part along `remove` (a unit
 * vector) is taken out, then `add` is added.
 */
export type Steering = ReadonlyMap<number, { readonly remove?: Float32Array; readonly add?: Float32Array }>;

/** A model whose inside is open. */
export interface WhiteBoxModel extends ScoringModel {
  /** Natural logarithms of the probabilities of what follows each of the prompts, [vocabulary]. */
  next(prompts: readonly (readonly number[])[], options?: { readonly signal?: AbortSignal }): Promise<Float32Array[]>;
  /** What layer 0 makes of each token by itself (queries, keys, values, gates, …): name → [tokens, width]. */
  firstLayer(tokens: readonly number[]): Promise<ReadonlyMap<string, Float32Array>>;
  swap(requests: readonly SwapRequest[], options?: { readonly signal?: AbortSignal }): Promise<SwapGradient[]>;
  /** The residual stream at the last token of each prompt, behind each layer: prompt → layer → [hidden]. */
  hidden(prompts: readonly (readonly number[])[], options?: { readonly signal?: AbortSignal }): Promise<Float32Array[][]>;
  /** The same model, answering with its residual streams changed. It is not to be closed. */
  steered(steering: Steering): Model;
}

export function isScoring(model: Model): model is ScoringModel {
  return 'score' in model;
}

export function isWhiteBox(model: Model): model is WhiteBoxModel {
  return 'swap' in model;
}

/**
 * The shape of a decoder-only network: what a checkpoint's `config.json` or GGUF metadata says, in one form.
 * Owns the type; parsing lives in `nn/weights/`, building in `nn/decoder.ts`.
 */

export type DecoderFamily = 'llama' | 'qwen2' | 'qwen3';

/** Frequency scaling of rotary embeddings, as the checkpoint declares it. */
export type RopeScaling =
  | { readonly type: 'none' }
  | { readonly type: 'linear'; readonly factor: number }
  | { readonly type: 'dynamic'; readonly factor: number; readonly originalMaxPositions: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  | {
      readonly type: 'yarn';
      readonly factor: number;
      readonly originalMaxPositions: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      readonly attentionFactor?: number;
    };

export interface DecoderConfig {
  readonly family: DecoderFamily;
  readonly layers: number;
  /** Width of the residual stream (D). */
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  /** Width of the gated MLP (F). */
  readonly intermediate: number;
  readonly vocabulary: number;
  readonly maxPositions: number;
  readonly rmsEpsilon: number;
  readonly rope: { readonly theta: number; readonly scaling: RopeScaling };
  /** Bias on q, k, v projections (Qwen2). Biases on o are not supported by any family here. */
  readonly attentionBias: boolean;
  /** RMS norm on each head's q and k (Qwen3). */
  readonly qkNorm: boolean;
  /** The output projection is the embedding matrix. */
  readonly tiedEmbeddings: boolean;
}

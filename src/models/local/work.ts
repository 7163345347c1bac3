/** Counts the work a network does, in tokens and in floating-point operations of its matrix products. */
import type { DecoderConfig } from '../../nn/config.ts';
import { linearLayers } from '../../nn/decoder.ts';

export interface Work {
  readonly trainedTokens: number;
  readonly prefilledTokens: number;
  readonly decodedTokens: number;
  readonly flops: number;
}

export type WorkKind = 'trained' | 'prefilled' | 'decoded';

export interface WorkCounter {
  /**
   * `tokens` positions went through the blocks, `outputs` of them through the output matrix. `passes` is 1 for a
   * forward pass, 2 with the gradient of activations, 3 with the gradient of weights as well.
   */
  add(kind: WorkKind, tokens: number, outputs: number, passes: number): void;
  total(): Work;
}

export function createWorkCounter(config: DecoderConfig): WorkCounter {
  const perToken = 2 * linearLayers(config).reduce((sum, { in: into, out }) => sum + into * out, 0);
  const perOutput = 2 * config.vocabulary * config.hidden;
  const tokensOf: Record<WorkKind, number> = { trained: 0, prefilled: 0, decoded: 0 };
  let flops = 0;
  return {
    add(kind, tokens, outputs, passes) {
      tokensOf[kind] += tokens;
      flops += passes * (tokens * perToken + outputs * perOutput);
    },
    total: () => ({ trainedTokens: tokensOf.trained, prefilledTokens: tokensOf.prefilled, decodedTokens: tokensOf.decoded, flops }),
  };
}

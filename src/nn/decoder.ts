/**
 * The decoder-only transformer of Llama and Qwen, as a graph: token ids to the final residual stream, and from there
 * to logits. Where parameters come from, how linear layers are adapted and how attention sees the past is passed in,
 * so that training, scoring, prefill and decoding are one network.
 */
import type { Value } from '../tensor/graph.ts';
import * as ops from '../tensor/ops.ts';
import { product, type Dim } from '../tensor/shape.ts';
import type { DecoderConfig } from './config.ts';
import type { Taps } from './taps.ts';

/** A parameter by its name in the checkpoint. */
export type Parameters = (name: string, shape: readonly number[]) => Value;

/** A linear layer by its name in the checkpoint, without `.weight`. */
export interface LinearLayer {
  readonly name: string;
  readonly in: number;
  readonly out: number;
}

/** x [N, in] → [N, out] for each of the linear layers over it, whose weights are neighbours in the canonical file. */
export type Linear = (layers: readonly LinearLayer[], x: Value) => readonly Value[];

/** The gated MLP of a layer, [N, hidden] → [N, hidden]: down(silu(gate(x)) · up(x)). */
export type FeedForward = (layers: Readonly<Record<'gate' | 'up' | 'down', LinearLayer>>, x: Value) => Value;

/** Attention of one layer over q [B, T, H·h] and k, v [B, T, K·h], before rotary positions → [B, T, H·h]. */
export type Attention = (layer: number, q: Value, k: Value, v: Value) => Value;

export interface DecoderParts {
  readonly config: DecoderConfig;
  readonly parameter: Parameters;
  readonly linear: Linear;
  readonly attention: Attention;
  /** `feedForward(linear)`, unless it can be done faster. */
  readonly feedForward: FeedForward;
  readonly taps: Taps;
}

export function feedForward(linear: Linear): FeedForward {
  return ({ gate, up, down }, x) => {
    const [gates, ups] = linear([gate, up], x) as [Value, Value];
    return linear([down], ops.mul(ops.silu(gates), ups))[0]!;
  };
}

/** Token ids [B, T] → final residual stream [B·T, hidden], before the last norm. */
export function decoder(ids: Value, { config, parameter, linear, attention, feedForward: mlp, taps }: DecoderParts): Value {
  const { hidden, intermediate, heads, kvHeads, headSize, rmsEpsilon } = config;
  const [batch, time] = ids.shape as [Dim, Dim];
  const rows = product([batch, time]);
  const norm = (name: string, x: Value): Value => ops.rmsNorm(x, parameter(name, [x.shape.at(-1) as number]), rmsEpsilon);

  let x = ops.gather(embedding(config, parameter), ops.reshape(ids, [rows]));
  x = taps.pass('embedding', x);
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}.`;
    const named = (part: string, into: number, out: number): LinearLayer => ({ name: `${at}${part}_proj`, in: into, out });
    const a = norm(`${at}input_layernorm.weight`, x);
    const counts = { q: heads, k: kvHeads, v: kvHeads };
    const kinds = ['q', 'k', 'v'] as const;
    const projected = linear(
      kinds.map((kind) => named(`self_attn.${kind}`, hidden, counts[kind] * headSize)),
      a,
    );
    const [q, k, v] = kinds.map((kind, i) => {
      const [flat, size, name] = [projected[i]!, counts[kind] * headSize, `${at}self_attn.${kind}`];
      const biased = config.attentionBias ? ops.add(flat, parameter(`${name}_proj.bias`, [size])) : flat;
      const normed =
        config.qkNorm && kind !== 'v' ? norm(`${name}_norm.weight`, ops.reshape(biased, [rows, counts[kind], headSize])) : biased;
      return ops.reshape(normed, [batch, time, size]);
    }) as [Value, Value, Value];
    const mixed = ops.reshape(attention(layer, q, k, v), [rows, heads * headSize]);
    const [attended] = linear([named('self_attn.o', heads * headSize, hidden)], mixed);
    x = ops.add(x, taps.pass(`blocks.${layer}.attention`, attended!));

    const m = norm(`${at}post_attention_layernorm.weight`, x);
    const layers = {
      gate: named('mlp.gate', hidden, intermediate),
      up: named('mlp.up', hidden, intermediate),
      down: named('mlp.down', intermediate, hidden),
    };
    x = taps.pass(`blocks.${layer}.residual`, ops.add(x, taps.pass(`blocks.${layer}.mlp`, mlp(layers, m))));
  }
  return x;
}

/** The token embedding matrix [vocabulary, hidden]; parameters are asked for once each, so callers cache. */
export function embedding({ vocabulary, hidden }: DecoderConfig, parameter: Parameters): Value {
  return parameter('model.embed_tokens.weight', [vocabulary, hidden]);
}

/** Rows of the residual stream → normed hidden states and the output matrix whose product gives the logits. */
export function head(x: Value, config: DecoderConfig, parameter: Parameters): { readonly states: Value; readonly matrix: Value } {
  const states = ops.rmsNorm(x, parameter('model.norm.weight', [config.hidden]), config.rmsEpsilon);
  const matrix = config.tiedEmbeddings ? embedding(config, parameter) : parameter('lm_head.weight', [config.vocabulary, config.hidden]);
  return { states, matrix };
}

/** All linear layers of a network with their checkpoint names, in order. */
export function linearLayers(
  config: DecoderConfig,
): { readonly name: string; readonly layer: string; readonly in: number; readonly out: number }[] {
  const { hidden, intermediate, heads, kvHeads, headSize } = config;
  const sizes = {
    'self_attn.q_proj': [hidden, heads * headSize],
    'self_attn.k_proj': [hidden, kvHeads * headSize],
    'self_attn.v_proj': [hidden, kvHeads * headSize],
    'self_attn.o_proj': [heads * headSize, hidden],
    'mlp.gate_proj': [hidden, intermediate],
    'mlp.up_proj': [hidden, intermediate],
    'mlp.down_proj': [intermediate, hidden],
  } as const;
  return Array.from({ length: config.layers }, (_, i) =>
    Object.entries(sizes).map(([part, [into, out]]) => ({ name: `model.layers.${i}.${part}`, layer: part.split('.')[1]!, in: into, out })),
  ).flat();
}

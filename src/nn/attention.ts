/** Attention over packed rows, for training, scoring and prefill: differentiable. Attention over a cache is in `decoding.ts`. */
import { constant, type Value } from '../tensor/graph.ts';
import * as ops from '../tensor/ops.ts';
import { product, type Dim } from '../tensor/shape.ts';
import type { DecoderConfig } from './config.ts';
import type { Attention } from './decoder.ts';

// Finite, so that a row without any visible key (padding) stays a number.
export const HIDDEN = -1e9;

/** The segment that every other segment of its row may look back at. */
export const SHARED_SEGMENT = 0;

/**
 * Additive mask [B, 1, 1, T, T]: a token sees those of its own segment, and of the row's shared segment, at its own or
 * an earlier position. Samples packed into one row have different segments, so nothing leaks between them.
 */
export function segmentMask(segments: Value, positions: Value): Value {
  const [batch, time] = segments.shape as [Dim, Dim];
  const asQuery = (x: Value): Value => ops.reshape(x, [batch, 1, 1, time, 1]);
  const asKey = (x: Value): Value => ops.reshape(x, [batch, 1, 1, 1, time]);
  // key · (key − query) = 0 exactly where the key is shared (segment 0) or of the query's own segment.
  const apart = ops.mul(asKey(segments), ops.sub(asKey(segments), asQuery(segments)));
  const related = ops.equal(apart, constant(segments.node.graph, SHARED_SEGMENT, [], 'int32'));
  const visible = ops.and(related, ops.lessOrEqual(asKey(positions), asQuery(positions)));
  return ops.where(visible, constant(segments.node.graph, 0), constant(segments.node.graph, HIDDEN));
}

export interface AttentionParts {
  readonly config: DecoderConfig;
  /** [B, T] */
  readonly positions: Value;
  readonly tables: ops.RotaryTables;
  readonly mask: Value;
  /** Sees each layer's keys and values [B, K, T, h], for a cache. */
  readonly onKeys?: (layer: number, k: Value, v: Value) => void;
}

export function attentionFromPrimitives({ config, positions, tables, mask, onKeys }: AttentionParts): Attention {
  const { heads, kvHeads, headSize } = config;
  const group = heads / kvHeads;
  const scale = headSize ** -0.5;
  return (layer, q, k, v) => {
    const [batch, time] = q.shape as [Dim, Dim];
    // Query heads that share a key head become extra query rows, so keys and values are never repeated.
    const queryRows = product([group, time]);
    const split = (x: Value): Value => ops.transpose(ops.reshape(x, [batch, time, kvHeads, headSize]), [0, 2, 1, 3]);
    const turned = ops.reshape(ops.rotary(q, positions, tables), [batch, time, kvHeads, group, headSize]);
    const queries = ops.reshape(ops.transpose(turned, [0, 2, 3, 1, 4]), [batch, kvHeads, queryRows, headSize]);
    const keys = split(ops.rotary(k, positions, tables));
    const values = split(v);
    onKeys?.(layer, keys, values);

    const scores = ops.reshape(ops.matmul(queries, keys, { transposeB: true, scale }), [batch, kvHeads, group, time, time]);
    const shares = ops.reshape(ops.softmax(ops.add(scores, mask)), [batch, kvHeads, queryRows, time]);
    const mixed = ops.matmul(shares, values);

    const parted = ops.reshape(mixed, [batch, kvHeads, group, time, headSize]);
    return ops.reshape(ops.transpose(parted, [0, 3, 1, 2, 4]), [batch, time, heads * headSize]);
  };
}

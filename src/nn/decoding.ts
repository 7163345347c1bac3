/**
 * Decoding: some rounds of one token for every row, in one run. The cache of earlier positions is only read; keys and values
 * of the new ones are results, which the caller puts into its cache. Choices are greedy; who chooses otherwise runs one
 * round and takes its logits. Owns the graph; cache and choosing are the business of `models/local`.
 */
import { constant, createGraph, input, weight, type Graph, type Value } from '../tensor/graph.ts';
import { createLoop, type LoopBuilder } from '../tensor/loop.ts';
import * as ops from '../tensor/ops.ts';
import { HIDDEN } from './attention.ts';
import type { DecoderConfig } from './config.ts';
import { decoder, head, type Attention, type LinearLayer } from './decoder.ts';
import { loraInputs, mappedParameters } from './graphs.ts';
import { createTaps, editInputs } from './taps.ts';
import { joined } from './weights/weights.ts';

/**
 * Inputs, integers as int32: `rounds` [], `ids` [B, 1] (each row's next token), `lengths` [B, 1] (positions it has in the
 * cache), `slots` [C] (0, 1, …), caches `k.{i}`, `v.{i}` [B, K, C, h], and the adapter's pairs.
 * Outputs for N rounds: `tokens` [N, B] and their logits `chosen` [N, B]; `logits` [B, V] of the last round; what is to join
 * the cache, `new_k.{i}` and `new_v.{i}` [B, K, N, h]. With `edited`, the residual streams are edited as `taps.ts` says.
 */
export function decodingGraph(config: DecoderConfig, adapted: boolean, edited = false): Graph {
  const graph = createGraph();
  const loop = createLoop(graph, 'N');
  const parameter = mappedParameters(loop.body);
  const lengths = input(graph, 'lengths', ['B', 1], 'int32');
  const ids = loop.state('ids', input(graph, 'ids', ['B', 1], 'int32'));
  const positions = loop.state('positions', lengths);
  loop.next('positions', ops.add(positions, constant(loop.body, 1, [], 'int32')));

  const edit = edited ? editInputs(graph, config.layers, config.hidden) : undefined;
  const columns = createColumns(graph, loop, adapted);
  const x = decoder(ids, {
    config,
    parameter,
    linear: (layers, rows) =>
      ops.split(
        turn(columns(layers, rows)),
        1,
        layers.map(({ out }) => out),
      ),
    attention: cachedAttention(graph, loop, { config, positions, lengths }),
    feedForward: ({ gate, up, down }, rows) => {
      const gated = ops.mul(ops.silu(columns([gate], rows)), columns([up], rows));
      return turn(columns([down], gated, true));
    },
    taps: createTaps(loop.body, edit ? { edit: { remove: loop.captured(edit.remove), add: loop.captured(edit.add) } } : {}),
  });
  const { states, matrix } = head(x, config, parameter);
  const logits = turn(product(matrix, states));
  const best = ops.argMax(logits);
  loop.next('ids', ops.reshape(best, ['B', 1]));
  loop.append('tokens', ops.reshape(best, [1, 'B']), 0);
  // A second way to the chosen logit, by which a row that is not finite shows whatever was chosen from it.
  loop.append('chosen', ops.reshape(ops.sum(ops.mul(states, ops.gather(matrix, best)), [-1]), [1, 'B']), 0);
  loop.last('logits', logits);

  const { ids: _, positions: __, ...results } = loop.run(input(graph, 'rounds', [], 'int32'));
  for (const [name, value] of Object.entries(results)) graph.output(name, value);
  return graph;
}

/**
 * W·xᵀ [out, B] for x [B, in], or x [in, B] when it is `turned` already. ONNX Runtime packs the right factor of a product before it
 * multiplies, and a few rows are packed sooner than a weight.
 */
const product = (weight: Value, x: Value, turned = false): Value => ops.matmul(weight, x, { transposeB: !turned });
const turn = (x: Value): Value => ops.transpose(x, [1, 0]);

/** The products [Σ out, B] of neighbouring layers, whose weights are taken as one. */
type Columns = (layers: readonly LinearLayer[], x: Value, turned?: boolean) => Value;

function createColumns(graph: Graph, loop: LoopBuilder, adapted: boolean): Columns {
  return (layers, x, turned) => {
    const out = layers.reduce((sum, layer) => sum + layer.out, 0);
    const base = product(weight(loop.body, joined(layers.map(({ name }) => `${name}.weight`)), [out, layers[0]!.in]), x, turned);
    if (!adapted) return base;
    const pairs = layers.map((layer) => loraInputs(graph, layer));
    const rank = `${layers.length}*R`;
    const a = ops.concat(
      pairs.map((pair) => pair.a),
      0,
      rank,
    );
    // Block-diagonal, so that each layer gets its own share of a·x.
    const zeros = (rows: number, count: number): Value[] => (count === 0 ? [] : [ops.expand(constant(graph, 0), [rows, `${count}*R`])]);
    const b = ops.concat(
      pairs.map((pair, i) => ops.concat([...zeros(layers[i]!.out, i), pair.b, ...zeros(layers[i]!.out, layers.length - 1 - i)], 1, rank)),
      0,
    );
    return ops.add(base, ops.matmul(loop.captured(b), product(loop.captured(a), x, turned)));
  };
}

interface CachedAttention {
  readonly config: DecoderConfig;
  /** Of this round's token, inside the loop. */
  readonly positions: Value;
  /** Before the loop. */
  readonly lengths: Value;
}

/** One query for each row, over the cache that was there before the loop and over what the rounds have added, with one softmax for both. */
function cachedAttention(graph: Graph, loop: LoopBuilder, { config, positions, lengths }: CachedAttention): Attention {
  const { heads, kvHeads, headSize } = config;
  const half = headSize / 2;
  const table = (name: string): Value => loop.captured(input(graph, name, ['P', half]));
  const tables = { cos: table('cos'), sin: table('sin') };
  const empty = ops.lessOrEqual(lengths, input(graph, 'slots', ['C'], 'int32'));
  const mask = ops.where(empty, constant(graph, HIDDEN), constant(graph, 0));
  const hidden = loop.captured(ops.reshape(mask, ['B', 1, 1, 'C']));
  const cache = (name: string): Value => loop.captured(input(graph, name, ['B', kvHeads, 'C', headSize]));
  const scale = headSize ** -0.5;

  return (layer, q, k, v) => {
    const queries = ops.reshape(ops.rotary(q, positions, tables), ['B', kvHeads, heads / kvHeads, headSize]);
    const append = (name: string, x: Value): Value => loop.append(name, ops.reshape(x, ['B', kvHeads, 1, headSize]), 2);
    const keys = { old: cache(`k.${layer}`), fresh: append(`new_k.${layer}`, ops.rotary(k, positions, tables)) };
    const values = { old: cache(`v.${layer}`), fresh: append(`new_v.${layer}`, v) };
    const scores = (x: Value): Value => ops.matmul(queries, x, { transposeB: true, scale });
    const shares = ops.softmax(ops.concat([ops.add(scores(keys.old), hidden), scores(keys.fresh)], 3, 'L'));
    const [old, fresh] = ops.split(shares, 3, ['C', keys.fresh.shape[2]!]) as [Value, Value];
    return ops.reshape(ops.add(ops.matmul(old, values.old), ops.matmul(fresh, values.fresh)), ['B', 1, heads * headSize]);
  };
}

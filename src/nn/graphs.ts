/**
 * The graphs an engine runs, each built from the one decoder: training, scoring, swapping tokens and prefill; decoding is in `decoding.ts`.
 * Names of inputs and outputs are the contract with `models/local` and `training/local`.
 */
import { createGraph, input, weight, type Graph, type Value } from '../tensor/graph.ts';
import { gradients } from '../tensor/gradient.ts';
import * as ops from '../tensor/ops.ts';
import { product } from '../tensor/shape.ts';
import { attentionFromPrimitives, segmentMask } from './attention.ts';
import type { DecoderConfig } from './config.ts';
import { decoder, embedding, feedForward, head, linearLayers, type Linear, type LinearLayer, type Parameters } from './decoder.ts';
import { createTaps, editInputs, type TapName, type TapRequest } from './taps.ts';
import { eightBitNames, OUTLIERS, staysExact } from './weights/eight-bit.ts';

/** Which parameters a training graph differentiates; the frozen layers beside an adapter may be taken in 8-bit integers. */
export type Trainable =
  | { readonly kind: 'lora'; readonly layers: ReadonlySet<string>; readonly scale: number; readonly eightBit?: boolean }
  | { readonly kind: 'full' };

/** Rows B, time T; M answer tokens at rows of the flattened [B·T]. */
interface Sequence {
  readonly ids: Value;
  readonly positions: Value;
  readonly segments: Value;
  readonly tables: ops.RotaryTables;
}

function sequenceInputs(graph: Graph, config: DecoderConfig): Sequence {
  const half = config.headSize / 2;
  return {
    ids: input(graph, 'ids', ['B', 'T'], 'int32'),
    positions: input(graph, 'positions', ['B', 'T'], 'int32'),
    segments: input(graph, 'segments', ['B', 'T'], 'int32'),
    tables: { cos: input(graph, 'cos', ['P', half]), sin: input(graph, 'sin', ['P', half]) },
  };
}

/** Each parameter once, from the mapped file. */
export function mappedParameters(graph: Graph): Parameters {
  return memoised((name, shape) => weight(graph, name, shape));
}

function memoised(make: Parameters): Parameters {
  const known = new Map<string, Value>();
  return (name, shape) => {
    const value = known.get(name) ?? make(name, shape);
    known.set(name, value);
    return value;
  };
}

/** Inputs `{layer}.lora_A` [R, in] and `{layer}.lora_B` [out, R]. */
export function loraInputs(graph: Graph, { name, in: into, out }: LinearLayer): { a: Value; b: Value } {
  return { a: input(graph, `${name}.lora_A`, ['R', into]), b: input(graph, `${name}.lora_B`, [out, 'R']) };
}

/**
 * One network pass with loss and gradients. Outputs: `loss` (Σ w·nll), `logprobs` [M, 1], `gradient.{parameter}`.
 * Inputs beyond the sequence: `rows`, `targets` [M] int32, `weights` [M, 1], and the trainable parameters.
 */
export function trainingGraph(config: DecoderConfig, trainable: Trainable, taps: TapRequest = {}): { graph: Graph; parameters: string[] } {
  const { graph, loss, trained, steering } = lossPass(config, trainable, taps);
  const targets = [...trained.keys(), ...[...steering.keys()].map((name) => `steer.${name}`)];
  const values = [...trained.values(), ...steering.values()];
  gradients(loss, values, { recompute: cheap(graph) }).forEach((gradient, i) => graph.output(`gradient.${targets[i]}`, gradient));
  return { graph, parameters: [...trained.keys()] };
}

/** The same pass without gradients: `loss` and `logprobs` of the same inputs. */
export function forwardGraph(config: DecoderConfig, trainable: Trainable): Graph {
  return lossPass(config, trainable, {}).graph;
}

interface LossPass {
  readonly graph: Graph;
  readonly loss: Value;
  readonly trained: ReadonlyMap<string, Value>;
  readonly steering: ReadonlyMap<string, Value>;
}

function lossPass(config: DecoderConfig, trainable: Trainable, taps: TapRequest): LossPass {
  const graph = createGraph();
  const { ids, positions, segments, tables } = sequenceInputs(graph, config);
  const trained = new Map<string, Value>();
  const parameter =
    trainable.kind === 'lora'
      ? mappedParameters(graph)
      : memoised((name, shape) => {
          const value = input(graph, name, shape);
          trained.set(name, value);
          return value;
        });
  const lora = (layer: LinearLayer): { a: Value; b: Value } | undefined => {
    if (trainable.kind === 'full' || !trainable.layers.has(layer.name)) return undefined;
    const pair = loraInputs(graph, layer);
    trained.set(`${layer.name}.lora_A`, pair.a).set(`${layer.name}.lora_B`, pair.b);
    return pair;
  };
  const linear: Linear =
    trainable.kind === 'lora' && trainable.eightBit === true
      ? eightBitLinear(graph, parameter, lora, { scale: trainable.scale, backward: true })
      : (layers, x) =>
          layers.map((layer) => {
            const w = parameter(`${layer.name}.weight`, [layer.out, layer.in]);
            const pair = lora(layer);
            if (trainable.kind === 'full' || pair === undefined) return ops.matmul(x, w, { transposeB: true });
            return ops.lowRankLinear(x, w, { ...pair, scale: trainable.scale });
          });
  const hooks = createTaps(graph, taps);
  const attention = attentionFromPrimitives({ config, positions, tables, mask: segmentMask(segments, positions) });
  const x = decoder(ids, { config, parameter, linear, attention, feedForward: feedForward(linear), taps: hooks });
  hooks.finish();

  const { nll } = answerLoss(graph, x, config, parameter);
  const loss = ops.sum(ops.mul(nll, input(graph, 'weights', ['M', 1])), [0, 1]);
  graph.output('loss', loss);
  graph.output('logprobs', ops.neg(nll));
  return { graph, loss, trained, steering: hooks.steering };
}

/**
 * Frozen linear layers in 8-bit integers, with the adapter's products beside them. Large inputs are multiplied exactly, in one
 * product with the adapter's.
 */
function eightBitLinear(
  graph: Graph,
  parameter: Parameters,
  lora: (layer: LinearLayer) => { readonly a: Value; readonly b: Value } | undefined,
  { scale, backward }: { readonly scale: number; readonly backward: boolean },
): Linear {
  return (layers, x) => {
    const shared = eightBitNames(layers[0]!.name);
    const into = layers[0]!.in;
    // Neighbouring layers have the same input, so the same of its parts are large.
    const rounded = staysExact(layers[0]!.name) ? undefined : ops.mul(x, parameter(shared.kept, [into]));
    return layers.map((layer) => {
      const { name, out } = layer;
      const names = eightBitNames(name);
      const differentiable = (y: Value): Value =>
        backward
          ? ops.passGradient(y, x, { values: weight(graph, names.backward, [out, into], 'int8'), scales: parameter(names.rows, [into]) })
          : y;
      const pair = lora(layer);
      const parts = pair === undefined ? [] : [{ a: pair.a, b: ops.scale(pair.b, scale) }];
      if (rounded === undefined) {
        const whole = ops.matmul(x, parameter(`${name}.weight`, [out, into]), { transposeB: true });
        return withNarrow(differentiable(whole), x, parts);
      }
      const forward = { values: weight(graph, names.forward, [into, out], 'int8'), scales: parameter(names.columns, [out]) };
      const large = { a: parameter(shared.outliers, [OUTLIERS, into]), b: parameter(names.exact, [out, OUTLIERS]) };
      return withNarrow(differentiable(ops.quantizedMatmul(rounded, forward)), x, [...parts, large]);
    });
  };
}

/** y + Σ (x Aᵀ) Bᵀ in one product. */
function withNarrow(y: Value, x: Value, parts: readonly { readonly a: Value; readonly b: Value }[]): Value {
  if (parts.length === 0) return y;
  const joined = (side: 'a' | 'b', axis: number): Value =>
    parts.length === 1
      ? parts[0]![side]
      : ops.concat(
          parts.map((one) => one[side]),
          axis,
          'S',
        );
  const [a, b] = [joined('a', 0), joined('b', 1)];
  return ops.add(y, ops.matmul(ops.matmul(x, a, { transposeB: true }), b, { transposeB: true }));
}

/** How large each input of each linear layer gets: outputs `{layer}` [in, 1], the largest square over all tokens `ids` [B, T]. */
export function inputsGraph(config: DecoderConfig): Graph {
  const graph = createGraph();
  const { ids, positions, segments, tables } = sequenceInputs(graph, config);
  const parameter = mappedParameters(graph);
  const plain = factoredLinear(graph, parameter, { adapted: false });
  const linear: Linear = (layers, x) => {
    for (const { name } of layers) graph.output(name, ops.max(ops.transpose(ops.mul(x, x), [1, 0])));
    return plain(layers, x);
  };
  const attention = attentionFromPrimitives({ config, positions, tables, mask: segmentMask(segments, positions) });
  decoder(ids, { config, parameter, linear, attention, feedForward: feedForward(linear), taps: createTaps(graph) });
  return graph;
}

/** Elementwise results inside the MLP: a pass over memory makes them again, and they are half of what would be kept. */
function cheap(graph: Graph): ReadonlySet<Value> {
  const made = graph.nodes.filter(
    ({ primitive, inputs }) => primitive === 'silu' || (primitive === 'mul' && inputs[0]!.node.primitive === 'silu'),
  );
  return new Set(made.flatMap(({ outputs }) => outputs));
}

/** −log p of `targets` at `rows`. The target's logit is taken as a dot product, so no [M, V] tensor is scattered into. */
function answerLoss(graph: Graph, x: Value, config: DecoderConfig, parameter: Parameters): { nll: Value; logits: Value; target: Value } {
  const rows = input(graph, 'rows', ['M'], 'int32');
  const targets = input(graph, 'targets', ['M'], 'int32');
  const { states, matrix } = head(ops.gather(x, rows), config, parameter);
  const logits = ops.matmul(states, matrix, { transposeB: true });
  const target = ops.sum(ops.mul(states, ops.gather(matrix, targets)), [-1], true);
  return { nll: ops.sub(ops.logSumExp(logits), target), logits, target };
}

/** What a graph that is not for training computes with. */
export interface Reading {
  /** With an adapter's low-rank inputs beside every linear layer; its scale is folded into B by the caller. */
  readonly adapted: boolean;
  /** Linear layers from the 8-bit file. */
  readonly eightBit?: boolean;
}

function factoredLinear(graph: Graph, parameter: Parameters, { adapted, eightBit = false }: Reading): Linear {
  if (eightBit) {
    const lora = (layer: LinearLayer): { a: Value; b: Value } | undefined => (adapted ? loraInputs(graph, layer) : undefined);
    return eightBitLinear(graph, parameter, lora, { scale: 1, backward: false });
  }
  return (layers, x) =>
    layers.map((layer) => {
      const base = ops.matmul(x, parameter(`${layer.name}.weight`, [layer.out, layer.in]), { transposeB: true });
      if (!adapted) return base;
      const { a, b } = loraInputs(graph, layer);
      return ops.add(base, ops.matmul(ops.matmul(x, a, { transposeB: true }), b, { transposeB: true }));
    });
}

/** Log-probabilities of given tokens: outputs `logprobs` [M, 1], `behind` [M, 1] (how far below the best logit). */
export function scoringGraph(config: DecoderConfig, reading: Reading, taps: TapRequest = {}): Graph {
  const graph = createGraph();
  const { ids, positions, segments, tables } = sequenceInputs(graph, config);
  const parameter = mappedParameters(graph);
  const hooks = createTaps(graph, taps);
  const attention = attentionFromPrimitives({ config, positions, tables, mask: segmentMask(segments, positions) });
  const linear = factoredLinear(graph, parameter, reading);
  const x = decoder(ids, { config, parameter, linear, attention, feedForward: feedForward(linear), taps: hooks });
  hooks.finish();
  const { nll, logits, target } = answerLoss(graph, x, config, parameter);
  graph.output('logprobs', ops.neg(nll));
  graph.output('behind', ops.sub(ops.max(logits), target));
  return graph;
}

/**
 * How given tokens would become likelier if others stood before them: outputs `logprobs` [M, 1] and `change` [F, V], the
 * first-order change of Σ −log p if the token at each of the positions `free` became each token of the vocabulary, up
 * to a constant for each position (Ebrahimi et al. 2018). Input `steer.embedding` is fed zeros.
 */
export function swapGraph(config: DecoderConfig, adapted: boolean): Graph {
  const graph = createGraph();
  const { ids, positions, segments, tables } = sequenceInputs(graph, config);
  const parameter = mappedParameters(graph);
  const taps = createTaps(graph, { steer: ['embedding'] });
  const attention = attentionFromPrimitives({ config, positions, tables, mask: segmentMask(segments, positions) });
  const linear = factoredLinear(graph, parameter, { adapted });
  const x = decoder(ids, { config, parameter, linear, attention, feedForward: feedForward(linear), taps });
  taps.finish();
  const { nll } = answerLoss(graph, x, config, parameter);
  graph.output('logprobs', ops.neg(nll));
  const [gradient] = gradients(ops.sum(nll, [0, 1]), [taps.steering.get('embedding')!], { recompute: cheap(graph) });
  const free = ops.gather(gradient!, input(graph, 'free', ['F'], 'int32'));
  graph.output('change', ops.matmul(free, embedding(config, parameter), { transposeB: true }));
  return graph;
}

/**
 * Prompts to caches: outputs `logits` [M, V] at `rows`, and each layer's keys and values `k.{i}`, `v.{i}` [B, K, T, h]. With
 * `edited`, the residual streams are edited as `taps.ts` says, where input `edit.at` [B, T] is 1.
 */
export function prefillGraph(config: DecoderConfig, adapted: boolean, edited = false): Graph {
  const graph = createGraph();
  const where = (): Value => ops.reshape(input(graph, 'edit.at', ['B', 'T']), [product(['B', 'T']), 1]);
  const taps = edited ? { edit: { ...editInputs(graph, config.layers, config.hidden), at: where() } } : {};
  nextLogits(graph, config, { adapted }, taps, (layer, k, v) => {
    graph.output(`k.${layer}`, k);
    graph.output(`v.${layer}`, v);
  });
  return graph;
}

/** What would be said next: outputs `logits` [M, V] at `rows`, and nothing to go on from. */
export function nextGraph(config: DecoderConfig, reading: Reading): Graph {
  const graph = createGraph();
  nextLogits(graph, config, reading, {});
  return graph;
}

/** Residual streams behind each block at `rows`: outputs `tap.blocks.{i}.residual` [M, hidden]. */
export function hiddenGraph(config: DecoderConfig, adapted: boolean): Graph {
  const graph = createGraph();
  const { ids, positions, segments, tables } = sequenceInputs(graph, config);
  const parameter = mappedParameters(graph);
  const read = Array.from({ length: config.layers }, (_, i): TapName => `blocks.${i}.residual`);
  const taps = createTaps(graph, { read, at: input(graph, 'rows', ['M'], 'int32') });
  const attention = attentionFromPrimitives({ config, positions, tables, mask: segmentMask(segments, positions) });
  const linear = factoredLinear(graph, parameter, { adapted });
  decoder(ids, { config, parameter, linear, attention, feedForward: feedForward(linear), taps });
  taps.finish();
  return graph;
}

function nextLogits(
  graph: Graph,
  config: DecoderConfig,
  reading: Reading,
  taps: TapRequest,
  onKeys?: (layer: number, k: Value, v: Value) => void,
): void {
  const { ids, positions, segments, tables } = sequenceInputs(graph, config);
  const parameter = mappedParameters(graph);
  const mask = segmentMask(segments, positions);
  const attention = attentionFromPrimitives({ config, positions, tables, mask, ...(onKeys === undefined ? {} : { onKeys }) });
  const linear = factoredLinear(graph, parameter, reading);
  const wanted = input(graph, 'rows', ['M'], 'int32');
  const x = decoder(ids, { config, parameter, linear, attention, feedForward: feedForward(linear), taps: createTaps(graph, taps), wanted });
  const { states, matrix } = head(x, config, parameter);
  graph.output('logits', ops.matmul(states, matrix, { transposeB: true }));
}

/** What each token by itself is turned into first: outputs `q`, `k`, `v`, `gate` and `up` [N, out] of layer 0 for input `ids` [N]. */
export function firstLayerGraph(config: DecoderConfig, adapted: boolean): Graph {
  const graph = createGraph();
  const parameter = mappedParameters(graph);
  const linear = factoredLinear(graph, parameter, { adapted });
  const x = ops.gather(embedding(config, parameter), input(graph, 'ids', ['N'], 'int32'));
  const layers = new Map(linearLayers(config).map((layer) => [layer.name, layer]));
  for (const [norm, parts] of [
    ['input_layernorm', ['self_attn.q', 'self_attn.k', 'self_attn.v']],
    ['post_attention_layernorm', ['mlp.gate', 'mlp.up']],
  ] as const) {
    const states = ops.rmsNorm(x, parameter(`model.layers.0.${norm}.weight`, [config.hidden]), config.rmsEpsilon);
    const out = linear(
      parts.map((part) => layers.get(`model.layers.0.${part}_proj`)!),
      states,
    );
    parts.forEach((part, i) => graph.output(part.split('.')[1]!, out[i]!));
  }
  return graph;
}

/** Names of the linear layers that an adapter with these target modules changes. */
export function adaptedLayers(config: DecoderConfig, targets: readonly string[]): ReadonlySet<string> {
  return new Set(
    linearLayers(config)
      .filter(({ layer }) => targets.includes(layer))
      .map(({ name }) => name),
  );
}

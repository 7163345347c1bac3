/**
 * Reverse-mode differentiation: an exhaustive table of rules, each written in the same primitives, and one sweep.
 * The gradient of a graph is more graph, so it is verified, interpreted and lowered like the rest.
 */
import { constant, type Graph, type NodeOf, type Value } from './graph.ts';
import * as ops from './ops.ts';
import type { Primitive } from './primitive.ts';
import { product, sameDim, type Dim } from './shape.ts';

/**
 * Gradients of a node's inputs, given those of its outputs (`undefined` where nothing depends on an output).
 * `wants(i)` says whether the gradient of input i is needed at all.
 */
type GradientRule<P extends Primitive> = (
  node: NodeOf<P>,
  gradients: readonly (Value | undefined)[],
  wants: (input: number) => boolean,
) => readonly (Value | undefined)[];

const none = (): readonly undefined[] => [];

/** Sums a gradient back to the shape its input had before broadcasting. */
function unbroadcast(gradient: Value, to: Value): Value {
  const extra = gradient.shape.length - to.shape.length;
  const axes = gradient.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < extra || (to.shape[axis - extra] === 1 && gradient.shape[axis] !== 1));
  return ops.reshape(ops.sum(gradient, axes, true), to.shape);
}

/** Rules of elementwise primitives: d(input) from d(output), before unbroadcasting. */
function elementwise<P extends Primitive>(rule: (g: Value, node: NodeOf<P>) => readonly (() => Value | undefined)[]): GradientRule<P> {
  return (node, [g], wants) =>
    rule(g!, node).map((gradient, i) => {
      const value = wants(i) ? gradient() : undefined;
      return value && unbroadcast(value, node.inputs[i]!);
    });
}

const inputsOf = (node: { inputs: readonly Value[] }): [Value, Value, Value, Value] => node.inputs as [Value, Value, Value, Value];
const outputOf = (node: { outputs: readonly Value[] }): Value => node.outputs[0]!;
const literal = (like: Value, value: number): Value => constant(like.node.graph, value);

const rules: { readonly [P in Primitive]: GradientRule<P> } = {
  input: none,
  weight: none,
  constant: none,
  equal: none,
  lessOrEqual: none,
  and: none,
  argMax: none,
  cast: none,

  neg: elementwise((g) => [() => ops.neg(g)]),
  exp: elementwise((g, node) => [() => ops.mul(g, outputOf(node))]),
  log: elementwise((g, node) => [() => ops.div(g, inputsOf(node)[0])]),
  sqrt: elementwise((g, node) => [() => ops.div(ops.scale(g, 0.5), outputOf(node))]),
  reciprocal: elementwise((g, node) => [() => ops.neg(ops.mul(g, ops.mul(outputOf(node), outputOf(node))))]),
  sigmoid: elementwise((g, node) => [() => ops.mul(g, ops.mul(outputOf(node), ops.sub(literal(g, 1), outputOf(node))))]),
  // With s = sigmoid(x) and y = x·s: dy/dx = s + y·(1 − s) = s + y − y·s.
  silu: elementwise((g, node) => [
    () => {
      const s = ops.sigmoid(inputsOf(node)[0]);
      const y = outputOf(node);
      return ops.mul(g, ops.add(y, ops.mul(s, ops.sub(literal(g, 1), y))));
    },
  ]),

  add: elementwise((g) => [() => g, () => g]),
  sub: elementwise((g) => [() => g, () => ops.neg(g)]),
  mul: elementwise((g, node) => {
    const [a, b] = inputsOf(node);
    return [() => ops.mul(g, b), () => ops.mul(g, a)];
  }),
  div: elementwise((g, node) => {
    const b = inputsOf(node)[1];
    return [() => ops.div(g, b), () => ops.neg(ops.div(ops.mul(g, outputOf(node)), b))];
  }),
  where: elementwise((g, node) => {
    const condition = inputsOf(node)[0];
    return [() => undefined, () => ops.where(condition, g, literal(g, 0)), () => ops.where(condition, literal(g, 0), g)];
  }),

  // C = s·op(A)·op(B): dA = s·dC·op(B)ᵀ and dB = s·op(A)ᵀ·dC, each transposed back where its factor was transposed.
  matmul: (node, [g], wants) => {
    const [a, b] = inputsOf(node);
    const { transposeA, transposeB, scale } = node.attributes;
    const left = (): Value =>
      transposeA
        ? ops.matmul(b, g!, { transposeA: transposeB, transposeB: true, scale })
        : ops.matmul(g!, b, { transposeB: !transposeB, scale });
    const right = (): Value =>
      transposeB
        ? ops.matmul(g!, a, { transposeA: true, transposeB: transposeA, scale })
        : ops.matmul(a, g!, { transposeA: !transposeA, scale });
    return [wants(0) ? unbroadcast(left(), a) : undefined, wants(1) ? unbroadcast(right(), b) : undefined];
  },
  // y = x (W + s·B·A)ᵀ. The gradients of A and B never form the full dW: dB = s·gᵀ(xAᵀ), dA = s·(gB)ᵀx (Hu et al. 2021, §4).
  lowRankLinear: (node, [g], wants) => {
    const [x, w, a, b] = inputsOf(node);
    const { scale, transposed } = node.attributes;
    const [wide, narrow] = transposed ? [x, g!] : [g!, x]; // [N, out], [N, in]
    return [
      wants(0) ? ops.lowRankLinear(g!, w, { a, b, scale }, !transposed) : undefined,
      wants(1) ? ops.matmul(wide, narrow, { transposeA: true }) : undefined,
      wants(2) ? ops.matmul(ops.matmul(wide, b), narrow, { transposeA: true, scale }) : undefined,
      wants(3) ? ops.matmul(wide, ops.matmul(narrow, a, { transposeB: true }), { transposeA: true, scale }) : undefined,
    ];
  },

  quantizedMatmul: () => {
    throw new TypeError('quantizedMatmul has no gradient; put passGradient behind it');
  },
  passGradient: (node, [g]) => {
    const [, , values, scales] = inputsOf(node);
    return [undefined, ops.quantizedMatmul(g!, { values, scales })];
  },

  sum: (node, [g]) => {
    const x = inputsOf(node)[0];
    const at = new Set(node.attributes.axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
    return [
      ops.expand(
        ops.reshape(
          g!,
          x.shape.map((dim, i) => (at.has(i) ? 1 : dim)),
        ),
        x.shape,
      ),
    ];
  },
  // Ties share the gradient equally.
  max: (node, [g]) => {
    const x = inputsOf(node)[0];
    const at = ops.cast(ops.equal(x, outputOf(node)), 'float32');
    return [ops.mul(at, ops.div(g!, ops.sum(at, [-1], true)))];
  },
  logSumExp: (node, [g]) => [ops.mul(ops.softmax(inputsOf(node)[0]), g!)],
  softmax: (node, [g]) => {
    const y = outputOf(node);
    const gy = ops.mul(g!, y);
    return [ops.sub(gy, ops.mul(y, ops.sum(gy, [-1], true)))];
  },

  reshape: (node, [g]) => [ops.reshape(g!, inputsOf(node)[0].shape)],
  transpose: (node, [g]) => {
    const { permutation } = node.attributes;
    return [
      ops.transpose(
        g!,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
    ];
  },
  expand: (node, [g]) => [unbroadcast(g!, inputsOf(node)[0])],
  slice: (node, [g]) => {
    const x = inputsOf(node)[0];
    const at = node.attributes.axis < 0 ? node.attributes.axis + x.shape.length : node.attributes.axis;
    const size = x.shape[at] as number;
    const position = (value: number): number => (value < 0 ? value + size : value);
    const padding = (length: number): Value[] => {
      const shape = x.shape.map((dim, i): Dim => (i === at ? length : dim));
      return length === 0 ? [] : [ops.expand(constant(x.node.graph, 0), shape)];
    };
    return [ops.concat([...padding(position(node.attributes.start)), g!, ...padding(size - position(node.attributes.end))], at)];
  },
  concat: (node, [g]) => {
    const axis = node.attributes.axis < 0 ? node.attributes.axis + g!.shape.length : node.attributes.axis;
    return ops.split(
      g!,
      axis,
      node.inputs.map(({ shape }) => shape[axis]!),
    );
  },
  split: (node, gradients) => {
    const parts = node.outputs.map((part, i) => gradients[i] ?? ops.expand(literal(part, 0), part.shape));
    const { axis } = node.attributes;
    const size = inputsOf(node)[0].shape.at(axis)!;
    return [ops.concat(parts, axis, typeof size === 'string' ? size : undefined)];
  },

  gather: (node, [g], wants) => {
    const [table, ids] = inputsOf(node);
    if (!wants(0)) return [undefined];
    const rows = product(ids.shape);
    return [ops.scatterAdd(ops.reshape(ids, [rows]), ops.reshape(g!, [rows, ...table.shape.slice(1)]), table.shape[0]!)];
  },
  scatterAdd: (node, [g], wants) => [undefined, wants(1) ? ops.gather(g!, inputsOf(node)[0]) : undefined],

  // y = x̂·w with x̂ = x/rms(x): dx = (g·w − x̂·mean(g·w·x̂)) / rms(x), dw = Σ g·x̂.
  rmsNorm: (node, [g, ofInverse], wants) => {
    if (ofInverse) throw new TypeError('the inverse RMS of rmsNorm is not differentiable here');
    const [x, w] = inputsOf(node);
    const inverse = node.outputs[1]!;
    const width = x.shape.at(-1);
    if (typeof width !== 'number') throw new TypeError('rmsNorm needs a fixed last axis');
    const normal = ops.mul(x, inverse);
    const gw = ops.mul(g!, w);
    const dot = (): Value => ops.scale(ops.sum(ops.mul(gw, normal), [-1], true), 1 / width);
    return [
      wants(0) ? ops.mul(ops.sub(gw, ops.mul(normal, dot())), inverse) : undefined,
      wants(1) ? unbroadcast(ops.mul(g!, normal), w) : undefined,
    ];
  },
  rotary: (node, [g]) => {
    const [, positions, cos, sin] = inputsOf(node);
    return [ops.rotary(g!, positions, { cos, sin }, !node.attributes.inverse)];
  },
  loop: () => {
    throw new TypeError('loop is for decoding and has no gradient');
  },
};

export interface GradientOptions {
  /** Weights the elements of `value` when it is not a scalar. */
  readonly seed?: Value;
  /** Values to compute again in the backward pass where it needs them, so that they need not be kept until then. */
  readonly recompute?: ReadonlySet<Value>;
}

/** Gradients of a scalar (or of Σ seed·value) with respect to `targets`; a target it does not depend on is an error. */
export function gradients(value: Value, targets: readonly Value[], { seed, recompute }: GradientOptions = {}): Value[] {
  const graph: Graph = value.node.graph;
  const again = recomputation(recompute ?? new Set());
  if (!seed && !value.shape.every((dim) => sameDim(dim, 1))) throw new TypeError('the gradient of a tensor needs a seed of its shape');
  const needed = dependants(graph, targets);
  const known = new Map<Value, Value>();
  known.set(
    value,
    seed ??
      constant(
        graph,
        Array.from({ length: 1 }, () => 1),
        value.shape,
      ),
  );

  // Rules append nodes; only those that existed before are swept.
  for (const node of graph.nodes.slice().reverse()) {
    const received = node.outputs.map((output) => known.get(output));
    if (!received.some(Boolean) || !node.inputs.some((x) => needed.has(x))) continue;
    const wants = (i: number): boolean => needed.has(node.inputs[i]!);
    const rule = rules[node.primitive] as GradientRule<Primitive>;
    const seen = { ...node, inputs: node.inputs.map(again), outputs: node.outputs.map(again) };
    rule(seen, received, wants).forEach((gradient, i) => {
      const x = node.inputs[i]!;
      if (!gradient || !wants(i)) return;
      const before = known.get(x);
      known.set(x, before ? ops.add(before, gradient) : gradient);
    });
  }
  return targets.map((target) => {
    const gradient = known.get(target);
    if (!gradient) throw new TypeError(`the value does not depend on target ${target.node.primitive} #${target.id}`);
    return gradient;
  });
}

/** Every value on a path from a target. */
function dependants(graph: Graph, targets: readonly Value[]): ReadonlySet<Value> {
  const found = new Set<Value>(targets);
  for (const node of graph.nodes) {
    if (node.inputs.some((x) => found.has(x))) for (const output of node.outputs) if (output.dtype === 'float32') found.add(output);
  }
  return found;
}

/** Maps a value to its second computation, made when first asked for; values that are kept map to themselves. */
function recomputation(recompute: ReadonlySet<Value>): (value: Value) => Value {
  const copies = new Map<Value, Value>();
  return function again(value): Value {
    if (!recompute.has(value)) return value;
    const known = copies.get(value);
    if (known) return known;
    const { graph, primitive, attributes, inputs, outputs } = value.node;
    const results = graph.add(primitive, inputs.map(again), attributes);
    outputs.forEach((output, i) => copies.set(output, results[i]!));
    return copies.get(value)!;
  };
}

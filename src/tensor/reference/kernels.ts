/** Slow, plain kernels, one for each primitive: what it means. Used by tests and by nobody who is in a hurry. */
import type { Graph, NodeOf } from '../graph.ts';
import type { Primitive } from '../primitive.ts';
import type { Shape } from '../shape.ts';

export interface Array64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

interface Context {
  readonly feeds: Readonly<Record<string, Array64>>;
  resolve(shape: Shape): number[];
  /** Interprets another graph. */
  run(graph: Graph, feeds: Readonly<Record<string, Array64>>): Record<string, Array64>;
}

type Kernel<P extends Primitive> = (node: NodeOf<P>, inputs: readonly Array64[], context: Context) => readonly Array64[];

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function strides(shape: readonly number[]): number[] {
  const out = Array.from(shape, () => 1);
  for (let i = shape.length - 2; i >= 0; i--) out[i] = out[i + 1]! * shape[i + 1]!;
  return out;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  return value - below === 0.5 ? below + (Math.abs(below) % 2) : Math.round(value);
}

/** Builds an array by asking for the element at each multi-index. */
function generate(shape: readonly number[], at: (index: readonly number[]) => number): Array64 {
  const data = new Float64Array(sizeOf(shape));
  const index = Array.from(shape, () => 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = at(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** Element at a multi-index, which may have more leading axes, and larger ones where this array has size 1. */
function element({ shape, data }: Array64, index: readonly number[]): number {
  const extra = index.length - shape.length;
  const step = strides(shape);
  let at = 0;
  for (let axis = 0; axis < shape.length; axis++) at += (shape[axis] === 1 ? 0 : index[axis + extra]!) * step[axis]!;
  return data[at]!;
}

function broadcastShape(arrays: readonly Array64[]): number[] {
  const rank = Math.max(...arrays.map(({ shape }) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = arrays.map(({ shape }) => shape[shape.length - rank + i] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
}

function map<P extends Primitive>(f: (...values: number[]) => number): Kernel<P> {
  return (_node, inputs) => [generate(broadcastShape(inputs), (index) => f(...inputs.map((x) => element(x, index))))];
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Folds over the last axis. */
function rows(x: Array64, f: (row: Float64Array) => ArrayLike<number>): Array64 {
  const width = x.shape.at(-1)!;
  const count = x.data.length / width;
  const parts = Array.from({ length: count }, (_, i) => f(x.data.subarray(i * width, (i + 1) * width)));
  const out = parts[0]?.length ?? width;
  return { shape: [...x.shape.slice(0, -1), out], data: Float64Array.from(parts.flatMap((part) => Array.from(part))) };
}

function swapLast(x: Array64): Array64 {
  const shape = [...x.shape.slice(0, -2), x.shape.at(-1)!, x.shape.at(-2)!];
  return generate(shape, (index) => element(x, [...index.slice(0, -2), index.at(-1)!, index.at(-2)!]));
}

function matmul(a: Array64, b: Array64, scale: number): Array64 {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const batch = broadcastShape([
    { shape: a.shape.slice(0, -2), data: a.data },
    { shape: b.shape.slice(0, -2), data: b.data },
  ]);
  return generate([...batch, m, n], (index) => {
    const [head, row, column] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
    let total = 0;
    for (let i = 0; i < k; i++) total += element(a, [...head, row, i]) * element(b, [...head, i, column]);
    return scale * total;
  });
}

/** Positions `from` to `to` of an axis. */
function cut(x: Array64, axis: number, from: number, to: number): Array64 {
  const shape = x.shape.map((dim, i) => (i === axis ? to - from : dim));
  return generate(shape, (index) =>
    element(
      x,
      index.map((value, i) => (i === axis ? value + from : value)),
    ),
  );
}

/** Rotates pairs (i, i + h/2) of each head by the angle of its position. */
function rotate(x: Array64, position: (batch: number, time: number) => number, cos: Array64, sin: Array64, sign: number): Array64 {
  const half = cos.shape[1]!;
  return generate(x.shape, (index) => {
    const [b, t, d] = index as [number, number, number];
    const within = d % (2 * half);
    const i = within % half;
    const at = [position(b, t), i];
    const partner = element(x, [b, t, within < half ? d + half : d - half]);
    return element(x, index) * element(cos, at) + sign * (within < half ? -1 : 1) * partner * element(sin, at);
  });
}

const fed = (name: string, { feeds }: Context): Array64 => {
  const feed = feeds[name];
  if (!feed) throw new TypeError(`${name} is not fed`);
  return feed;
};

export const kernels: { readonly [P in Primitive]: Kernel<P> } = {
  input: (node, _inputs, context) => [fed(node.attributes.name, context)],
  weight: (node, _inputs, context) => [fed(node.attributes.name, context)],
  constant: (node, _inputs, { resolve }) => [{ shape: resolve(node.outputs[0]!.shape), data: Float64Array.from(node.attributes.values) }],

  neg: map((x) => -x),
  exp: map(Math.exp),
  log: map(Math.log),
  sqrt: map(Math.sqrt),
  reciprocal: map((x) => 1 / x),
  sigmoid: map(logistic),
  silu: map((x) => x * logistic(x)),
  add: map((a, b) => a + b),
  sub: map((a, b) => a - b),
  mul: map((a, b) => a * b),
  div: map((a, b) => a / b),
  equal: map((a, b) => Number(a === b)),
  lessOrEqual: map((a, b) => Number(a <= b)),
  and: map((a, b) => Number(a !== 0 && b !== 0)),
  where: map((condition, yes, no) => (condition === 0 ? no : yes)),
  cast: (node, [x]) => {
    const { to } = node.attributes;
    const convert = to === 'float32' ? (value: number) => value : to === 'int32' ? Math.trunc : (value: number) => Number(value !== 0);
    return [{ shape: x!.shape, data: x!.data.map(convert) }];
  },

  matmul: (node, [a, b]) => {
    const { transposeA, transposeB, scale } = node.attributes;
    return [matmul(transposeA ? swapLast(a!) : a!, transposeB ? swapLast(b!) : b!, scale)];
  },
  lowRankLinear: (node, [x, w, a, b]) => {
    const update = matmul(b!, a!, node.attributes.scale);
    const whole = { shape: w!.shape, data: w!.data.map((value, i) => value + update.data[i]!) };
    return [matmul(x!, node.attributes.transposed ? whole : swapLast(whole), 1)];
  },

  quantizedMatmul: (_node, [x, values, scales]) => {
    const steps: number[] = [];
    const rounded = rows(x!, (row) => {
      const step = Math.max(...row.map(Math.abs)) / 127;
      steps.push(step);
      return row.map((value) => (step === 0 ? 0 : halfToEven(value / step)));
    });
    const { shape, data } = matmul(rounded, values!, 1);
    const width = shape[1]!;
    return [{ shape, data: data.map((value, i) => value * steps[Math.floor(i / width)]! * scales!.data[i % width]!) }];
  },
  passGradient: (_node, [y]) => [y!],

  sum: (node, [x]) => {
    const at = new Set(node.attributes.axes.map((axis) => axisOf(axis, x!.shape.length)));
    const kept = x!.shape.map((size, i) => (at.has(i) ? 1 : size));
    const out = new Float64Array(sizeOf(kept));
    const step = strides(kept);
    generate(
      x!.shape,
      (index) => (out[index.reduce((offset, value, i) => offset + (at.has(i) ? 0 : value * step[i]!), 0)]! += element(x!, index)),
    );
    return [{ shape: node.attributes.keep ? kept : x!.shape.filter((_, i) => !at.has(i)), data: out }];
  },
  max: (_node, [x]) => [rows(x!, (row) => [Math.max(...row)])],
  argMax: (_node, [x]) => {
    const { shape, data } = rows(x!, (row) => [row.indexOf(Math.max(...row))]);
    return [{ shape: shape.slice(0, -1), data }];
  },
  logSumExp: (_node, [x]) => [
    rows(x!, (row) => {
      const top = Math.max(...row);
      return [top + Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0))];
    }),
  ],
  softmax: (_node, [x]) => [
    rows(x!, (row) => {
      const top = Math.max(...row);
      const powers = row.map((value) => Math.exp(value - top));
      const total = powers.reduce((a, b) => a + b, 0);
      return powers.map((value) => value / total);
    }),
  ],

  reshape: (node, [x], { resolve }) => [{ shape: resolve(node.attributes.shape), data: x!.data }],
  transpose: (node, [x]) => {
    const { permutation } = node.attributes;
    return [
      generate(
        permutation.map((axis) => x!.shape[axis]!),
        (index) =>
          element(
            x!,
            permutation.map((_, axis) => index[permutation.indexOf(axis)]!),
          ),
      ),
    ];
  },
  expand: (node, [x], { resolve }) => [generate(resolve(node.attributes.shape), (index) => element(x!, index))],
  slice: (node, [x]) => {
    const axis = axisOf(node.attributes.axis, x!.shape.length);
    const size = x!.shape[axis]!;
    const [from, to] = [node.attributes.start, node.attributes.end].map((position) => (position < 0 ? position + size : position));
    return [cut(x!, axis, from!, to!)];
  },
  split: (node, [x], { resolve }) => {
    const axis = axisOf(node.attributes.axis, x!.shape.length);
    let end = 0;
    return resolve(node.attributes.sizes).map((size) => cut(x!, axis, end, (end += size)));
  },
  concat: (node, inputs) => {
    const axis = axisOf(node.attributes.axis, inputs[0]!.shape.length);
    const total = inputs.reduce((size, x) => size + x.shape[axis]!, 0);
    return [
      generate(
        inputs[0]!.shape.map((dim, i) => (i === axis ? total : dim)),
        (index) => {
          let rest = index[axis]!;
          let part = 0;
          while (rest >= inputs[part]!.shape[axis]!) rest -= inputs[part++]!.shape[axis]!;
          return element(
            inputs[part]!,
            index.map((value, i) => (i === axis ? rest : value)),
          );
        },
      ),
    ];
  },
  gather: (_node, [table, ids]) => [
    generate([...ids!.shape, ...table!.shape.slice(1)], (index) => {
      const row = element(ids!, index.slice(0, ids!.shape.length));
      return element(table!, [row, ...index.slice(ids!.shape.length)]);
    }),
  ],
  scatterAdd: (node, [ids, updates], { resolve }) => {
    const shape = resolve(node.outputs[0]!.shape);
    const out = { shape, data: new Float64Array(sizeOf(shape)) };
    const width = sizeOf(shape.slice(1));
    ids!.data.forEach((row, i) => {
      for (let j = 0; j < width; j++) out.data[row * width + j]! += updates!.data[i * width + j]!;
    });
    return [out];
  },

  rmsNorm: (node, [x, weight]) => {
    const inverse = rows(x!, (row) => [
      1 / Math.sqrt(row.reduce((total, value) => total + value * value, 0) / row.length + node.attributes.epsilon),
    ]);
    return [generate(x!.shape, (index) => element(x!, index) * element(inverse, index) * weight!.data[index.at(-1)!]!), inverse];
  },
  rotary: (node, [x, positions, cos, sin]) => [
    rotate(x!, (b, t) => element(positions!, [b, t]), cos!, sin!, node.attributes.inverse ? -1 : 1),
  ],
  loop: (node, [rounds, ...given], { feeds, run }) => {
    const { body, states, captured } = node.attributes;
    const fixed = Object.fromEntries(captured.map((name, i) => [name, given[states.length + i]!]));
    let current = Object.fromEntries(states.map((name, i) => [name, given[i]!]));
    for (let round = 0; round < rounds!.data[0]!; round++) current = run(body, { ...feeds, ...fixed, ...current });
    return states.map((name) => current[name]!);
  },
};

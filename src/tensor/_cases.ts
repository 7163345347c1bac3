/** Random small graphs for every primitive: what the tests of lowering and gradients run on. */
import type { Random } from '../core/random.ts';
import { createGraph, input, constant, type Graph, type Value } from './graph.ts';
import * as ops from './ops.ts';
import type { DType, Primitive } from './primitive.ts';
import type { Array64 } from './reference/kernels.ts';
import type { Shape } from './shape.ts';

export interface Case {
  readonly graph: Graph;
  readonly feeds: Record<string, Array64>;
  /** Results to look at; gradients are taken of the first. */
  readonly results: readonly Value[];
  /** Float inputs to differentiate; empty where the primitive has no gradient. */
  readonly differentiable: readonly Value[];
}

interface Maker {
  readonly graph: Graph;
  readonly size: () => number;
  readonly random: Random;
  /** A fed float input; its first axis gets a symbolic size when `symbol` is given. */
  float(shape: readonly number[], options?: { readonly positive?: boolean; readonly symbols?: Shape }): Value;
  integer(shape: readonly number[], below: number): Value;
  filled(name: string, shape: readonly number[], data: readonly number[], dtype?: DType): Value;
}

type Build = (make: Maker) => { results: readonly Value[]; differentiable?: readonly Value[] };

const unary =
  (op: (x: Value) => Value, positive = false): Build =>
  (make) => {
    const x = make.float([make.size(), make.size()], { positive, symbols: ['N', 'M'] });
    return { results: [op(x)], differentiable: [x] };
  };

/** Broadcasts the right side in one of several ways. */
const binary =
  (op: (a: Value, b: Value) => Value, positive = false): Build =>
  (make) => {
    const [n, m] = [make.size(), make.size()];
    const a = make.float([n, m]);
    const b = make.float(make.random.pick([[n, m], [m], [1, m], [n, 1], []]), { positive });
    return { results: [op(a, b)], differentiable: [a, b] };
  };

const comparison =
  (op: (a: Value, b: Value) => Value): Build =>
  (make) => {
    const n = make.size();
    return { results: [ops.cast(op(make.integer([n, 1], 3), make.integer([1, n], 3)), 'float32')] };
  };

const source: Build = (make) => {
  const x = make.float([make.size()]);
  return { results: [ops.add(x, constant(make.graph, 2))], differentiable: [x] };
};

const rotaryInputs = (make: Maker, positions: number, half: number): ops.RotaryTables => {
  const angles = Array.from({ length: positions * half }, (_, i) => Math.floor(i / half) * 100 ** (-(i % half) / half));
  return {
    cos: make.filled('cos', [positions, half], angles.map(Math.cos)),
    sin: make.filled('sin', [positions, half], angles.map(Math.sin)),
  };
};

const quantized = (make: Maker, rows: number, columns: number): ops.Quantized => ({
  values: make.filled(
    'values',
    [rows, columns],
    Array.from({ length: rows * columns }, () => make.random.integer(255) - 127),
    'int8',
  ),
  scales: make.filled(
    'scales',
    [columns],
    Array.from({ length: columns }, () => 0.01 + make.random.next()),
  ),
});

const builds: { readonly [P in Primitive]: Build } = {
  input: source,
  weight: source, // needs a file: models are tested with real weights
  constant: source,
  neg: unary(ops.neg),
  exp: unary(ops.exp),
  log: unary(ops.log, true),
  sqrt: unary(ops.sqrt, true),
  reciprocal: unary(ops.reciprocal, true),
  sigmoid: unary(ops.sigmoid),
  silu: unary(ops.silu),
  add: binary(ops.add),
  sub: binary(ops.sub),
  mul: binary(ops.mul),
  div: binary(ops.div, true),
  equal: comparison(ops.equal),
  lessOrEqual: comparison(ops.lessOrEqual),
  and: comparison((a, b) => ops.and(ops.equal(a, b), ops.lessOrEqual(a, b))),
  where: (make) => {
    const [n, m] = [make.size(), make.size()];
    const [a, b] = [make.float([n, m]), make.float([1, m])];
    return { results: [ops.where(ops.equal(make.integer([n, 1], 2), make.integer([m], 2)), a, b)], differentiable: [a, b] };
  },
  cast: (make) => ({ results: [ops.cast(make.integer([make.size()], 9), 'float32')] }),
  matmul: (make) => {
    const [m, k, n, batch] = [make.size(), make.size(), make.size(), make.size()];
    const [transposeA, transposeB, batched] = [make.random.next() < 0.5, make.random.next() < 0.5, make.random.next() < 0.5];
    const head = batched ? [batch] : [];
    const tail = batched && make.random.next() < 0.5 ? [1] : head;
    const a = make.float([...head, ...(transposeA ? [k, m] : [m, k])]);
    const b = make.float([...tail, ...(transposeB ? [n, k] : [k, n])]);
    return { results: [ops.matmul(a, b, { transposeA, transposeB, scale: make.random.pick([1, 0.5]) })], differentiable: [a, b] };
  },
  lowRankLinear: (make) => {
    const [rows, into, out, rank] = [make.size(), make.size(), make.size(), make.size()];
    const transposed = make.random.next() < 0.5;
    const x = make.float([rows, transposed ? out : into], { symbols: ['N', transposed ? out : into] });
    const [w, a, b] = [make.float([out, into]), make.float([rank, into]), make.float([out, rank])];
    return { results: [ops.lowRankLinear(x, w, { a, b, scale: 2 }, transposed)], differentiable: [x, w, a, b] };
  },
  quantizedMatmul: (make) => {
    const [count, into, out] = [make.size(), make.size(), make.size()];
    return { results: [ops.quantizedMatmul(make.float([count, into], { symbols: ['N', into] }), quantized(make, into, out))] };
  },
  passGradient: (make) => {
    const [count, into, out] = [make.size(), make.size(), make.size()];
    const [y, x] = [make.float([count, out], { symbols: ['N', out] }), make.float([count, into], { symbols: ['N', into] })];
    // Its gradient is another function's; its own test is in tensor.test.ts.
    return { results: [ops.passGradient(ops.neg(y), x, quantized(make, out, into))] };
  },
  sum: (make) => {
    const x = make.float([make.size(), make.size(), make.size()]);
    return { results: [ops.sum(x, make.random.pick([[0], [-1], [0, 2], [0, 1, 2]]), make.random.next() < 0.5)], differentiable: [x] };
  },
  max: unary(ops.max),
  argMax: (make) => {
    const [n, m] = [make.size(), make.size()];
    // Few different values, so that there are ties.
    return { results: [ops.cast(ops.argMax(ops.cast(make.integer([n, m], 3), 'float32')), 'float32')] };
  },
  logSumExp: unary(ops.logSumExp),
  softmax: unary(ops.softmax),
  reshape: (make) => {
    const [n, m] = [make.size(), make.size()];
    const x = make.float([n, m, 6], { symbols: ['N', 'M', 6] });
    return {
      results: [
        ops.reshape(
          x,
          make.random.pick<Shape>([
            ['M*N', 6],
            ['N', 2, 'M', 3],
            ['6*M', 'N'],
          ]),
        ),
      ],
      differentiable: [x],
    };
  },
  transpose: (make) => {
    const x = make.float([make.size(), make.size(), make.size()]);
    return { results: [ops.transpose(x, make.random.shuffle([0, 1, 2]))], differentiable: [x] };
  },
  expand: (make) => {
    const [n, m] = [make.size(), make.size()];
    const [like, x] = [make.float([n, m], { symbols: ['N', 'M'] }), make.float([n, 1], { symbols: ['N', 1] })];
    return { results: [ops.expand(x, like.shape), like], differentiable: [x] };
  },
  slice: (make) => {
    const x = make.float([make.size(), 6, make.size()]);
    return { results: [make.random.next() < 0.5 ? ops.slice(x, 1, 2, 5) : ops.slice(x, -2, 0, -2)], differentiable: [x] };
  },
  concat: (make) => {
    const n = make.size();
    if (make.random.next() < 0.5) {
      const [a, b] = [make.float([n, make.size()]), make.float([n, make.size()])];
      return { results: [ops.concat([a, b, a], -1)], differentiable: [a, b] };
    }
    const [a, b] = [make.float([make.size(), n], { symbols: ['N', n] }), make.float([make.size(), n], { symbols: ['M', n] })];
    return { results: [ops.exp(ops.concat([a, b], 0, 'L'))], differentiable: [a, b] };
  },
  split: (make) => {
    const [n, m] = [make.size(), make.size()];
    const [x, like] = [make.float([n + m + 1, 2], { symbols: ['L', 2] }), make.float([n, m], { symbols: ['N', 'M'] })];
    const [a, b, c] = ops.split(x, make.random.pick([0, -2]), ['N', 1, 'M']);
    return { results: [ops.mul(a!, b!), ops.mul(c!, b!), like], differentiable: [x] };
  },
  gather: (make) => {
    const table = make.float([5, make.size()]);
    return { results: [ops.gather(table, make.integer([make.size(), 2], 5))], differentiable: [table] };
  },
  scatterAdd: (make) => {
    const [n, m] = [make.size(), make.size()];
    const updates = make.float([n, m]);
    return { results: [ops.scatterAdd(make.integer([n], 4), updates, 4)], differentiable: [updates] };
  },
  rmsNorm: (make) => {
    const m = make.size() + 1;
    const [x, w] = [make.float([make.size(), m]), make.float([m])];
    return { results: [ops.rmsNorm(x, w, 1e-3)], differentiable: [x, w] };
  },
  rotary: (make) => {
    const [batch, time, heads, half] = [make.size(), make.size(), make.size(), 2];
    const x = make.float([batch, time, heads * 2 * half]);
    return {
      results: [ops.rotary(x, make.integer([batch, time], 7), rotaryInputs(make, 7, half), make.random.next() < 0.5)],
      differentiable: [x],
    };
  },
  loop: (make) => {
    // Carries a row that changes, a table that grows by it, and reads a captured row of another symbolic size.
    const [n, m, rounds] = [make.size(), make.size(), make.random.integer(4)];
    const body = createGraph();
    const row = input(body, 'row', [1, 'N']);
    const [weights, mix] = [input(body, 'weights', ['M']), input(body, 'mix', ['M', 'N'])];
    const next = ops.add(row, ops.matmul(ops.reshape(weights, [1, 'M']), mix));
    body.output('row', next);
    const seen = ops.concat([input(body, 'seen', ['S', 'N']), next], 0, 'T');
    body.output('seen', seen);
    const [, last] = ops.split(seen, 0, ['S', 1]);
    body.output('best', ops.argMax(last!));
    input(body, 'best', [1], 'int32');
    const first = make.float([1, n], { symbols: [1, 'N'] });
    const results = ops.loop({
      rounds: make.filled('rounds', [], [rounds], 'int32'),
      body,
      states: {
        row: { first, shape: [1, 'N'] },
        seen: { first: ops.expand(constant(make.graph, 0), [0, 'N']), shape: ['R', 'N'] },
        best: { first: constant(make.graph, 0, [1], 'int32'), shape: [1] },
      },
      captured: {
        weights: make.float([m], { symbols: ['M'] }),
        mix: ops.scale(make.float([m, n], { symbols: ['M', 'N'] }), 2),
      },
    });
    return { results: [results.row, results.seen, ops.cast(results.best, 'float32')] };
  },
};

export const primitives = Object.keys(builds) as Primitive[];

export function randomCase(primitive: Primitive, random: Random): Case {
  const graph = createGraph();
  const feeds: Record<string, Array64> = {};
  const filled: Maker['filled'] = (name, shape, data, dtype = 'float32') => {
    feeds[name] = { shape, data: Float64Array.from(data, (value) => (dtype === 'float32' ? Math.fround(value) : value)) };
    return input(graph, name, shape, dtype);
  };
  const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  let names = 0;
  const make: Maker = {
    graph,
    random,
    size: () => 1 + random.integer(4),
    float(shape, { positive = false, symbols } = {}) {
      const name = `x${names++}`;
      const data = Array.from({ length: count(shape) }, () => (positive ? 0.5 + random.next() : random.normal()));
      feeds[name] = { shape, data: Float64Array.from(data, Math.fround) };
      return input(graph, name, symbols ?? shape);
    },
    integer: (shape, below) =>
      filled(
        `i${names++}`,
        shape,
        Array.from({ length: count(shape) }, () => random.integer(below)),
        'int32',
      ),
    filled,
  };
  const { results, differentiable = [] } = builds[primitive](make);
  results.forEach((value, i) => graph.output(`result${i}`, value));
  return { graph, feeds, results, differentiable };
}

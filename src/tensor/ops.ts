/** The vocabulary for building graphs: one function per primitive, and the few idioms made of them. */
import { constant, type Graph, type Value } from './graph.ts';
import type { Attributes, DType, Primitive } from './primitive.ts';
import { sameShape, type Dim, type Shape } from './shape.ts';

function one<P extends Primitive>(primitive: P, inputs: readonly Value[], attributes: Attributes[P]): Value {
  return inputs[0]!.node.graph.add(primitive, inputs, attributes)[0]!;
}

export const neg = (x: Value): Value => one('neg', [x], {});
export const exp = (x: Value): Value => one('exp', [x], {});
export const log = (x: Value): Value => one('log', [x], {});
export const sqrt = (x: Value): Value => one('sqrt', [x], {});
export const reciprocal = (x: Value): Value => one('reciprocal', [x], {});
export const sigmoid = (x: Value): Value => one('sigmoid', [x], {});
export const silu = (x: Value): Value => one('silu', [x], {});

export const add = (a: Value, b: Value): Value => one('add', [a, b], {});
export const sub = (a: Value, b: Value): Value => one('sub', [a, b], {});
export const mul = (a: Value, b: Value): Value => one('mul', [a, b], {});
export const div = (a: Value, b: Value): Value => one('div', [a, b], {});
export const equal = (a: Value, b: Value): Value => one('equal', [a, b], {});
export const lessOrEqual = (a: Value, b: Value): Value => one('lessOrEqual', [a, b], {});
export const and = (a: Value, b: Value): Value => one('and', [a, b], {});
export const where = (condition: Value, yes: Value, no: Value): Value => one('where', [condition, yes, no], {});
export const cast = (x: Value, to: DType): Value => one('cast', [x], { to });

/** x · factor for a number. */
export const scale = (x: Value, factor: number): Value => (factor === 1 ? x : mul(x, constant(x.node.graph, factor)));

export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly scale?: number;
}
export const matmul = (a: Value, b: Value, options: MatmulOptions = {}): Value =>
  one('matmul', [a, b], { transposeA: options.transposeA ?? false, transposeB: options.transposeB ?? false, scale: options.scale ?? 1 });

export interface LowRank {
  /** [rank, in] */
  readonly a: Value;
  /** [out, rank] */
  readonly b: Value;
  readonly scale: number;
}
/** x [N, in] (W + scale·B·A)ᵀ → [N, out]; with `transposed`, x [N, out] (W + scale·B·A) → [N, in]. */
export const lowRankLinear = (x: Value, w: Value, { a, b, scale: factor }: LowRank, transposed = false): Value =>
  one('lowRankLinear', [x, w, a, b], { scale: factor, transposed });

export interface Quantized {
  /** int8, with one scale for each column. */
  readonly values: Value;
  readonly scales: Value;
}
/** x W in 8-bit integers. */
export const quantizedMatmul = (x: Value, { values, scales }: Quantized): Value => one('quantizedMatmul', [x, values, scales], {});
/** y, with its gradient g passed to x as g · `back`. */
export const passGradient = (y: Value, x: Value, { values, scales }: Quantized): Value => one('passGradient', [y, x, values, scales], {});

export const sum = (x: Value, axes: readonly number[], keep = false): Value => (axes.length === 0 ? x : one('sum', [x], { axes, keep }));
export const max = (x: Value): Value => one('max', [x], {});
export const argMax = (x: Value): Value => one('argMax', [x], {});
export const logSumExp = (x: Value): Value => one('logSumExp', [x], {});
export const softmax = (x: Value): Value => one('softmax', [x], {});

export const reshape = (x: Value, shape: Shape): Value => (sameShape(x.shape, shape) ? x : one('reshape', [x], { shape }));
export const transpose = (x: Value, permutation: readonly number[]): Value => one('transpose', [x], { permutation });
export const expand = (x: Value, shape: Shape): Value => (sameShape(x.shape, shape) ? x : one('expand', [x], { shape }));
export const slice = (x: Value, axis: number, start: number, end: number): Value => one('slice', [x], { axis, start, end });
export const concat = (parts: readonly Value[], axis: number, size?: string): Value =>
  parts.length === 1 ? parts[0]! : one('concat', parts, size === undefined ? { axis } : { axis, size });
export const split = (x: Value, axis: number, sizes: readonly Dim[]): readonly Value[] =>
  sizes.length === 1 ? [x] : x.node.graph.add('split', [x], { axis, sizes });
export const gather = (table: Value, ids: Value): Value => one('gather', [table, ids], {});
export const scatterAdd = (ids: Value, updates: Value, rows: Shape[number]): Value => one('scatterAdd', [ids, updates], { rows });

export const rmsNorm = (x: Value, weight: Value, epsilon: number): Value => one('rmsNorm', [x, weight], { epsilon });

export interface RotaryTables {
  /** [positions, headSize / 2] */
  readonly cos: Value;
  readonly sin: Value;
}
export const rotary = (x: Value, positions: Value, { cos, sin }: RotaryTables, inverse = false): Value =>
  one('rotary', [x, positions, cos, sin], { inverse });

export interface Loop {
  /** int32 [] */
  readonly rounds: Value;
  readonly body: Graph;
  /** First value of each state, by the name of the body's input and output; and its shape after the last round. */
  readonly states: Readonly<Record<string, { readonly first: Value; readonly shape: Shape }>>;
  /** Values of this graph by the names of the body's inputs. */
  readonly captured: Readonly<Record<string, Value>>;
}
/** The states after the last round. */
export function loop<Name extends string>({
  rounds,
  body,
  states,
  captured,
}: Loop & { states: Record<Name, unknown> }): Record<Name, Value> {
  const names = Object.keys(states) as Name[];
  const inputs = [rounds, ...names.map((name) => states[name].first), ...Object.values(captured)];
  const shapes = names.map((name) => states[name].shape);
  const results = rounds.node.graph.add('loop', inputs, { body, states: names, captured: Object.keys(captured), shapes });
  return Object.fromEntries(names.map((name, i) => [name, results[i]!])) as Record<Name, Value>;
}

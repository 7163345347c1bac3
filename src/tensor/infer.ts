/** The type of every primitive's outputs, and the checks that its inputs fit. Errors name the operation and the axes. */
import type { Attributes, Primitive, TensorType } from './primitive.ts';
import { broadcast, formatShape, product, sameDim, sameShape, type Dim, type Shape } from './shape.ts';

type Rule<P extends Primitive> = (inputs: readonly TensorType[], attributes: Attributes[P], outputType?: TensorType) => TensorType[];

/** A graph that makes no sense: a defect of the builder, so it carries the operation and the shapes. */
export class ShapeError extends TypeError {
  constructor(operation: Primitive, inputs: readonly TensorType[], problem: string) {
    super(`${operation}(${inputs.map((type) => `${type.dtype}${formatShape(type.shape)}`).join(', ')}): ${problem}`);
    this.name = 'ShapeError';
  }
}

function require(condition: boolean, operation: Primitive, inputs: readonly TensorType[], problem: string): asserts condition {
  if (!condition) throw new ShapeError(operation, inputs, problem);
}

function unary(operation: Primitive): (inputs: readonly TensorType[]) => TensorType[] {
  return (inputs) => {
    require(inputs.length === 1 && inputs[0]!.dtype === 'float32', operation, inputs, 'takes one float32 tensor');
    return [inputs[0]!];
  };
}

function lastAxis(operation: Primitive): (inputs: readonly TensorType[]) => TensorType[] {
  return (inputs) => {
    const { dtype, shape } = unary(operation)(inputs)[0]!;
    require(shape.length >= 1, operation, inputs, 'needs an axis to fold');
    return [{ dtype, shape: [...shape.slice(0, -1), 1] }];
  };
}

function binary(operation: Primitive, result?: 'bool'): (inputs: readonly TensorType[]) => TensorType[] {
  return (inputs) => {
    const [a, b] = inputs;
    require(inputs.length === 2 &&
      a !== undefined &&
      b !== undefined &&
      a.dtype === b.dtype, operation, inputs, 'takes two tensors of one type');
    const shape = broadcast(a.shape, b.shape);
    require(shape !== undefined, operation, inputs, 'shapes do not broadcast');
    return [{ dtype: result ?? a.dtype, shape }];
  };
}

function declared(operation: Primitive): (inputs: readonly TensorType[], attributes: unknown, outputType?: TensorType) => TensorType[] {
  return (inputs, _attributes, outputType) => {
    require(inputs.length === 0 && outputType !== undefined, operation, inputs, 'declares its own type');
    return [outputType];
  };
}

function axisOf(axis: number, shape: Shape, operation: Primitive, inputs: readonly TensorType[]): number {
  const at = axis < 0 ? axis + shape.length : axis;
  require(Number.isInteger(at) && at >= 0 && at < shape.length, operation, inputs, `has no axis ${axis}`);
  return at;
}

export const infer: { readonly [P in Primitive]: Rule<P> } = {
  input: declared('input'),
  weight: declared('weight'),
  constant: declared('constant'),

  neg: unary('neg'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  reciprocal: unary('reciprocal'),
  sigmoid: unary('sigmoid'),
  silu: unary('silu'),

  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  equal: binary('equal', 'bool'),
  lessOrEqual: binary('lessOrEqual', 'bool'),
  and: (inputs) => {
    require(inputs.every(({ dtype }) => dtype === 'bool'), 'and', inputs, 'takes two bool tensors');
    return binary('and', 'bool')(inputs);
  },
  where: (inputs) => {
    const [condition, yes, no] = inputs;
    require(condition !== undefined &&
      yes !== undefined &&
      no !== undefined &&
      condition.dtype === 'bool' &&
      yes.dtype === no.dtype, 'where', inputs, 'takes (bool, a, b) with a and b of one type');
    const branches = broadcast(yes.shape, no.shape);
    const shape = branches && broadcast(condition.shape, branches);
    require(shape !== undefined, 'where', inputs, 'shapes do not broadcast');
    return [{ dtype: yes.dtype, shape }];
  },
  cast: (inputs, { to }) => [{ dtype: to, shape: inputs[0]!.shape }],

  matmul: (inputs, { transposeA, transposeB }) => {
    const [a, b] = inputs;
    require(a !== undefined &&
      b !== undefined &&
      a.dtype === 'float32' &&
      b.dtype === 'float32', 'matmul', inputs, 'takes two float32 tensors');
    require(a.shape.length >= 2 && b.shape.length >= 2, 'matmul', inputs, 'needs two axes or more on both sides');
    const [rows, innerA] = ends(a.shape, transposeA);
    const [innerB, columns] = ends(b.shape, transposeB);
    require(sameDim(innerA, innerB), 'matmul', inputs, `inner axes ${innerA} and ${innerB} differ`);
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    require(batch !== undefined, 'matmul', inputs, 'batch axes do not broadcast');
    return [{ dtype: 'float32', shape: [...batch, rows, columns] }];
  },
  lowRankLinear: (inputs, { transposed }) => {
    const [x, weight, a, b] = inputs;
    require(x !== undefined && weight !== undefined && a !== undefined && b !== undefined, 'lowRankLinear', inputs, 'takes (x, W, A, B)');
    require([x, weight, a, b].every(
      ({ dtype, shape }) => dtype === 'float32' && shape.length === 2,
    ), 'lowRankLinear', inputs, 'takes float32 matrices');
    const [out, into] = weight.shape as [Dim, Dim];
    require(sameDim(a.shape[1]!, into) &&
      sameDim(b.shape[0]!, out) &&
      sameDim(a.shape[0]!, b.shape[1]!), 'lowRankLinear', inputs, 'A must be [r, in] and B [out, r]');
    require(sameDim(x.shape[1]!, transposed ? out : into), 'lowRankLinear', inputs, 'x does not fit W');
    return [{ dtype: 'float32', shape: [x.shape[0]!, transposed ? into : out] }];
  },

  quantizedMatmul: (inputs) => {
    const [x, values, scales] = inputs;
    require(x?.dtype === 'float32' && x.shape.length === 2, 'quantizedMatmul', inputs, 'takes a float32 matrix first');
    requireQuantized('quantizedMatmul', inputs, values, scales, x.shape[1]!);
    return [{ dtype: 'float32', shape: [x.shape[0]!, values!.shape[1]!] }];
  },
  passGradient: (inputs) => {
    const [y, x, values, scales] = inputs;
    require(y?.dtype === 'float32' && x?.dtype === 'float32', 'passGradient', inputs, 'takes two float32 matrices first');
    require(y.shape.length === 2 && x.shape.length === 2 && sameDim(y.shape[0]!, x.shape[0]!), 'passGradient', inputs, 'rows differ');
    requireQuantized('passGradient', inputs, values, scales, y.shape[1]!);
    require(sameDim(values!.shape[1]!, x.shape[1]!), 'passGradient', inputs, 'B does not fit x');
    return [{ dtype: 'float32', shape: y.shape }];
  },

  sum: (inputs, { axes, keep }) => {
    const { dtype, shape } = unary('sum')(inputs)[0]!;
    const at = new Set(axes.map((axis) => axisOf(axis, shape, 'sum', inputs)));
    return [{ dtype, shape: keep ? shape.map((dim, i) => (at.has(i) ? 1 : dim)) : shape.filter((_, i) => !at.has(i)) }];
  },
  max: lastAxis('max'),
  argMax: (inputs) => [{ dtype: 'int32', shape: lastAxis('argMax')(inputs)[0]!.shape.slice(0, -1) }],
  logSumExp: lastAxis('logSumExp'),
  softmax: unary('softmax'),

  reshape: (inputs, { shape }) => {
    const x = inputs[0]!;
    require(product(x.shape) === product(shape), 'reshape', inputs, `cannot become ${formatShape(shape)}`);
    return [{ dtype: x.dtype, shape }];
  },
  transpose: (inputs, { permutation }) => {
    const x = inputs[0]!;
    const sorted = [...permutation].sort((a, b) => a - b);
    require(sorted.length === x.shape.length &&
      sorted.every((axis, i) => axis === i), 'transpose', inputs, `(${permutation.join(', ')}) is no permutation of its axes`);
    return [{ dtype: x.dtype, shape: permutation.map((axis) => x.shape[axis]!) }];
  },
  expand: (inputs, { shape }) => {
    const x = inputs[0]!;
    const out = broadcast(x.shape, shape);
    require(out !== undefined && sameShape(out, shape), 'expand', inputs, `cannot expand to ${formatShape(shape)}`);
    return [{ dtype: x.dtype, shape }];
  },
  slice: (inputs, { axis, start, end }) => {
    const x = inputs[0]!;
    const at = axisOf(axis, x.shape, 'slice', inputs);
    const size = x.shape[at]!;
    require(typeof size === 'number', 'slice', inputs, `axis ${axis} has no fixed size`);
    const from = start < 0 ? start + size : start;
    const to = end < 0 ? end + size : end;
    require(from >= 0 && from < to && to <= size, 'slice', inputs, `${start}..${end} is outside axis ${axis}`);
    return [{ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === at ? to - from : dim)) }];
  },
  concat: (inputs, { axis, size }) => {
    const first = inputs[0];
    require(first !== undefined, 'concat', inputs, 'needs at least one tensor');
    const at = axisOf(axis, first.shape, 'concat', inputs);
    const rest = (shape: Shape): Shape => shape.filter((_, i) => i !== at);
    require(inputs.every(
      (x) => x.dtype === first.dtype && sameShape(rest(x.shape), rest(first.shape)),
    ), 'concat', inputs, `other axes than ${axis} differ`);
    return [
      {
        dtype: first.dtype,
        shape: first.shape.map((dim, i) =>
          i === at
            ? (size ??
              total(
                inputs.map((x) => x.shape[at]!),
                inputs,
              ))
            : dim,
        ),
      },
    ];
  },
  split: (inputs, { axis, sizes }) => {
    const x = inputs[0]!;
    const at = axisOf(axis, x.shape, 'split', inputs);
    const numbers = sizes.filter((size) => typeof size === 'number');
    const fits = [...sizes, x.shape[at]!].some((size) => typeof size !== 'number') || numbers.reduce((a, b) => a + b, 0) === x.shape[at];
    require(fits, 'split', inputs, `${formatShape(sizes)} do not fill axis ${axis}`);
    return sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === at ? size : dim)) }));
  },

  gather: (inputs) => {
    const [table, ids] = inputs;
    require(table !== undefined &&
      ids !== undefined &&
      ids.dtype === 'int32' &&
      table.shape.length >= 1, 'gather', inputs, 'takes (table, int32 ids)');
    return [{ dtype: table.dtype, shape: [...ids.shape, ...table.shape.slice(1)] }];
  },
  scatterAdd: (inputs, { rows }) => {
    const [ids, updates] = inputs;
    require(ids !== undefined &&
      updates !== undefined &&
      ids.dtype === 'int32' &&
      updates.dtype === 'float32', 'scatterAdd', inputs, 'takes (int32 ids, float32 updates)');
    require(ids.shape.length === 1 &&
      updates.shape.length >= 1 &&
      sameDim(ids.shape[0]!, updates.shape[0]!), 'scatterAdd', inputs, 'needs one update for each id');
    return [{ dtype: 'float32', shape: [rows, ...updates.shape.slice(1)] }];
  },

  rmsNorm: (inputs) => {
    const [x, weight] = inputs;
    require(x !== undefined && weight !== undefined && x.shape.length >= 1, 'rmsNorm', inputs, 'takes (x, weight)');
    require(weight.shape.length === 1 && sameDim(weight.shape[0]!, x.shape.at(-1)!), 'rmsNorm', inputs, 'weight must fit the last axis');
    return [x, { dtype: 'float32', shape: [...x.shape.slice(0, -1), 1] }];
  },
  rotary: (inputs) => {
    const [x, positions, cos, sin] = inputs;
    require(x !== undefined &&
      positions !== undefined &&
      cos !== undefined &&
      sin !== undefined, 'rotary', inputs, 'takes (x, positions, cos, sin)');
    require(x.shape.length === 3 &&
      positions.dtype === 'int32' &&
      sameShape(positions.shape, x.shape.slice(0, 2)), 'rotary', inputs, 'x must be [B, T, H·h] and positions int32 [B, T]');
    const half = cos.shape[1];
    const width = x.shape[2];
    require(typeof half === 'number' &&
      typeof width === 'number' &&
      width % (2 * half) === 0 &&
      sameShape(cos.shape, sin.shape), 'rotary', inputs, 'cos and sin must be [P, h/2] with h dividing the last axis');
    return [x];
  },
  loop: inferLoop,
};

function requireQuantized(
  operation: Primitive,
  inputs: readonly TensorType[],
  values: TensorType | undefined,
  scales: TensorType | undefined,
  rows: Dim,
): void {
  require(values?.dtype === 'int8' &&
    values.shape.length === 2 &&
    scales?.dtype === 'float32', operation, inputs, 'takes int8 weights and float32 scales');
  require(sameDim(values.shape[0]!, rows), operation, inputs, 'the inner axes differ');
  require(sameShape(scales.shape, [values.shape[1]!]), operation, inputs, 'takes one scale for each column');
}

function ends(shape: Shape, swap: boolean): [Dim, Dim] {
  const [a, b] = shape.slice(-2) as [Dim, Dim];
  return swap ? [b, a] : [a, b];
}

/** Sum of sizes: numbers add up; a single symbolic size may be joined with nothing else. */
function total(dims: readonly Dim[], inputs: readonly TensorType[]): Dim {
  if (dims.every((dim) => typeof dim === 'number')) return dims.reduce((a, b) => a + b, 0);
  require(dims.length === 1, 'concat', inputs, 'symbolic sizes cannot be added; give the sum a name of its own');
  return dims[0]!;
}

function inferLoop(inputs: readonly TensorType[], { body, states, captured, shapes }: Attributes['loop']): TensorType[] {
  const [rounds, ...rest] = inputs;
  require(rounds?.dtype === 'int32' &&
    rounds.shape.length === 0 &&
    rest.length === states.length + captured.length &&
    shapes.length === states.length, 'loop', inputs, 'takes (int32 rounds, states …, captured values …)');
  const fed = new Map(body.nodes.flatMap((node) => (node.primitive === 'input' ? [[node.attributes.name, node.outputs[0]!]] : [])));
  const given = [...states, ...captured];
  for (const name of fed.keys()) require(given.includes(name), 'loop', inputs, `nothing is given for input ${name} of the body`);
  /** A symbol in place of the first value's size stands for a size that changes. */
  const fits = (shape: Shape, first: Shape, inside: Shape): boolean =>
    shape.length === inside.length &&
    shape.every((dim, i) => sameDim(dim, inside[i]!) || (typeof inside[i] === 'string' && !sameDim(first[i]!, inside[i])));
  given.forEach((name, i) => {
    const [first, inside] = [rest[i]!, fed.get(name)];
    const type = inside && `${inside.dtype}${formatShape(inside.shape)}`;
    require(inside !== undefined && inside.dtype === first.dtype, 'loop', inputs, `the body has no ${first.dtype} input ${name}`);
    const fitting = i < states.length ? fits(first.shape, first.shape, inside.shape) : sameShape(first.shape, inside.shape);
    require(fitting, 'loop', inputs, `${first.dtype}${formatShape(first.shape)} is not ${name} ${type}`);
    if (i >= states.length) return;
    const next = body.outputs.get(name);
    require(next?.dtype === first.dtype &&
      fits(next.shape, first.shape, inside.shape), 'loop', inputs, `the body makes no next ${name} ${type}`);
    require(fits(shapes[i]!, first.shape, inside.shape), 'loop', inputs, `${name} ${type} cannot end as ${formatShape(shapes[i]!)}`);
  });
  return states.map((_, i) => ({ dtype: rest[i]!.dtype, shape: shapes[i]! }));
}

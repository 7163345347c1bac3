/**
 * From primitives to ONNX nodes: an exhaustive table. Fused operators of ONNX Runtime are used where a primitive has one.
 */
import type { NodeOf, Value } from '../graph.ts';
import type { Primitive } from '../primitive.ts';
import type { Shape } from '../shape.ts';
import { ELEMENT, type OnnxAttribute, type OnnxGraph, type OnnxType } from './model.ts';

const MICROSOFT = 'com.microsoft';

export interface Emitter {
  name(value: Value): string;
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
    outputs?: readonly string[],
  ): string;
  /** An int64 vector with these sizes; symbolic ones are read from a value that has them. */
  sizes(shape: Shape): string;
  integers(values: readonly number[]): string;
  number(dtype: OnnxType, value: number): string;
  /** Emits once for each key. */
  once(key: string, emit: () => string): string;
  /** The body of a loop, which reads captured values where they are. */
  body(loop: NodeOf<'loop'>): OnnxGraph;
}

export type LoweringRule<P extends Primitive> = (node: NodeOf<P>, emit: Emitter, outputs: readonly string[]) => void;

function direct<P extends Primitive>(type: string, domain = '', attributes: Readonly<Record<string, OnnxAttribute>> = {}): LoweringRule<P> {
  return (node, emit, outputs) => void emit.node(type, node.inputs.map(emit.name), attributes, domain, outputs);
}

const declared = (): void => {};

/** W + scale·B·A, once for forward and backward. */
function merged(node: NodeOf<'lowRankLinear'>, emit: Emitter): string {
  const [, w, a, b] = node.inputs.map(emit.name) as [string, string, string, string];
  const { scale } = node.attributes;
  return emit.once(`merged ${w} ${a} ${b} ${scale}`, () => emit.node('Gemm', [b, a, w], { alpha: { float: scale } }));
}

/** Steps of the rows of x [N, D], [N, 1], and x in those steps around 128, once for all who need them. */
function rounded(x: Value, emit: Emitter): { readonly steps: string; readonly eightBit: string } {
  const name = emit.name(x);
  const steps = emit.once(`steps ${name}`, () => {
    const largest = emit.node('ReduceMax', [emit.node('Abs', [name]), emit.integers([-1])], { keepdims: 1 });
    // A row of zeros has no step; any will do.
    return emit.node('Max', [emit.node('Div', [largest, emit.number('float32', 127)]), emit.number('float32', 1e-30)]);
  });
  const eightBit = emit.once(`eight bits ${name}`, () => {
    const perRow = emit.node('Squeeze', [steps, emit.integers([1])]);
    const middle = emit.node('Expand', [emit.number('uint8', 128), emit.sizes([x.shape[0]!])]);
    return emit.node('QuantizeLinear', [name, perRow, middle], { axis: 0 });
  });
  return { steps, eightBit };
}

/** Softmax over the last axis, once for all who need it. */
function softmax(x: string, emit: Emitter): string {
  return emit.once(`softmax ${x}`, () => emit.node('Softmax', [x], { axis: -1 }));
}

export const rules: { readonly [P in Primitive]: LoweringRule<P> } = {
  input: declared,
  weight: declared,
  constant: declared,

  neg: direct('Neg'),
  exp: direct('Exp'),
  log: direct('Log'),
  sqrt: direct('Sqrt'),
  reciprocal: direct('Reciprocal'),
  sigmoid: direct('Sigmoid'),
  silu: direct('QuickGelu', MICROSOFT, { alpha: { float: 1 } }),
  add: direct('Add'),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: direct('Div'),
  equal: direct('Equal'),
  lessOrEqual: direct('LessOrEqual'),
  and: direct('And'),
  where: direct('Where'),
  cast: (node, emit, outputs) => void emit.node('Cast', node.inputs.map(emit.name), { to: ELEMENT[node.attributes.to] }, '', outputs),

  matmul: (node, emit, outputs) => {
    const { transposeA, transposeB, scale } = node.attributes;
    const [a, b] = node.inputs as readonly [Value, Value];
    const names = [emit.name(a), emit.name(b)];
    const [transA, transB] = [Number(transposeA), Number(transposeB)];
    if (a.shape.length === 2 && b.shape.length === 2) emit.node('Gemm', names, { transA, transB, alpha: { float: scale } }, '', outputs);
    else if (!transposeA && !transposeB && scale === 1) emit.node('MatMul', names, {}, '', outputs);
    else emit.node('FusedMatMul', names, { transA, transB, alpha: { float: scale } }, MICROSOFT, outputs);
  },
  lowRankLinear: (node, emit, outputs) => {
    const transB = Number(!node.attributes.transposed);
    emit.node('Gemm', [emit.name(node.inputs[0]!), merged(node, emit)], { transB }, '', outputs);
  },

  quantizedMatmul: (node, emit, outputs) => {
    const [x, values, scales] = node.inputs as readonly [Value, Value, Value];
    const { steps, eightBit } = rounded(x, emit);
    const inSteps = emit.node(
      'MatMulIntegerToFloat',
      [eightBit, emit.name(values), emit.number('float32', 1), emit.name(scales), emit.number('uint8', 128)],
      {},
      MICROSOFT,
    );
    emit.node('Mul', [inSteps, steps], {}, '', outputs);
  },
  passGradient: (node, emit, outputs) => void emit.node('Identity', [emit.name(node.inputs[0]!)], {}, '', outputs),

  sum: (node, emit, outputs) => {
    const { axes, keep } = node.attributes;
    emit.node('ReduceSum', [emit.name(node.inputs[0]!), emit.integers(axes)], { keepdims: Number(keep) }, '', outputs);
  },
  max: (node, emit, outputs) =>
    void emit.node('ReduceMax', [emit.name(node.inputs[0]!), emit.integers([-1])], { keepdims: 1 }, '', outputs),
  argMax: (node, emit, outputs) => {
    const index = emit.node('ArgMax', node.inputs.map(emit.name), { axis: -1, keepdims: 0 });
    emit.node('Cast', [index], { to: ELEMENT.int32 }, '', outputs);
  },
  // log Σ exp(x) = max x − log max softmax(x). The softmax is fast and is needed for the gradient anyway; ONNX Runtime's
  // own ReduceLogSumExp takes eight times as long. The largest share is at least 1/size, so its logarithm is safe.
  logSumExp: (node, emit, outputs) => {
    const x = emit.name(node.inputs[0]!);
    const last = emit.integers([-1]);
    const share = emit.node('ReduceMax', [softmax(x, emit), last], { keepdims: 1 });
    emit.node('Sub', [emit.node('ReduceMax', [x, last], { keepdims: 1 }), emit.node('Log', [share])], {}, '', outputs);
  },
  softmax: (node, emit, outputs) => void emit.node('Identity', [softmax(emit.name(node.inputs[0]!), emit)], {}, '', outputs),

  reshape: (node, emit, outputs) => {
    const { shape } = node.attributes;
    const symbolic = shape.filter((dim) => typeof dim !== 'number').length;
    const sizes = symbolic <= 1 ? emit.integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1))) : emit.sizes(shape);
    emit.node('Reshape', [emit.name(node.inputs[0]!), sizes], {}, '', outputs);
  },
  transpose: (node, emit, outputs) =>
    void emit.node('Transpose', node.inputs.map(emit.name), { perm: node.attributes.permutation }, '', outputs),
  expand: (node, emit, outputs) =>
    void emit.node('Expand', [emit.name(node.inputs[0]!), emit.sizes(node.attributes.shape)], {}, '', outputs),
  slice: (node, emit, outputs) => {
    const { axis, start, end } = node.attributes;
    emit.node('Slice', [emit.name(node.inputs[0]!), emit.integers([start]), emit.integers([end]), emit.integers([axis])], {}, '', outputs);
  },
  concat: (node, emit, outputs) => void emit.node('Concat', node.inputs.map(emit.name), { axis: node.attributes.axis }, '', outputs),
  split: (node, emit, outputs) => {
    const { axis, sizes } = node.attributes;
    emit.node('Split', [emit.name(node.inputs[0]!), emit.sizes(sizes)], { axis }, '', outputs);
  },
  gather: (node, emit, outputs) => void emit.node('Gather', node.inputs.map(emit.name), { axis: 0 }, '', outputs),
  scatterAdd: (node, emit, outputs) => {
    const [ids, updates] = node.inputs.map(emit.name) as [string, string];
    const zeros = emit.node('ConstantOfShape', [emit.sizes(node.outputs[0]!.shape)], { value: { tensor: 0 } });
    const long = emit.node('Cast', [ids], { to: ELEMENT.int64 });
    const rows = emit.node('Unsqueeze', [long, emit.integers([1])]);
    emit.node('ScatterND', [zeros, rows, updates], { reduction: 'add' }, '', outputs);
  },

  rmsNorm: (node, emit, outputs) =>
    void emit.node(
      'SimplifiedLayerNormalization',
      node.inputs.map(emit.name),
      { axis: -1, epsilon: { float: node.attributes.epsilon }, stash_type: 1 },
      '',
      outputs,
    ),
  rotary: (node, emit, outputs) => {
    const [x, positions, cos, sin] = node.inputs.map(emit.name) as [string, string, string, string];
    const turned = node.attributes.inverse ? emit.once(`negative ${sin}`, () => emit.node('Neg', [sin])) : sin;
    const long = emit.once(`long ${positions}`, () => emit.node('Cast', [positions], { to: ELEMENT.int64 }));
    emit.node('RotaryEmbedding', [x, long, cos, turned], { interleaved: 0 }, MICROSOFT, outputs);
  },
  loop: (node, emit, outputs) => {
    const [rounds, ...states] = node.inputs.slice(0, 1 + node.attributes.states.length).map(emit.name);
    const count = emit.node('Cast', [rounds!], { to: ELEMENT.int64 });
    emit.node('Loop', [count, '', ...states], { body: { graph: emit.body(node) } }, '', outputs);
  },
};

/**
 * Lowers a graph to one ONNX model: an exhaustive table from primitives to ONNX nodes, and the shape vectors that
 * symbolic reshapes need. Fused operators of ONNX Runtime are used where a primitive has one. No I/O here.
 */
import type { Graph, NodeOf, Value } from '../graph.ts';
import type { DType, Primitive } from '../primitive.ts';
import { factorsOf, product, sameDim, type Shape } from '../shape.ts';
import { emptyModel, ELEMENT, type OnnxAttribute, type OnnxModel } from './model.ts';

const MICROSOFT = 'com.microsoft';

/** Where a weight's bytes are: `length` bytes at `offset` of the external file. */
export type WeightPlace = (name: string) => { readonly offset: number; readonly length: number };

interface Emitter {
  readonly model: OnnxModel;
  name(value: Value): string;
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    domain?: string,
    outputs?: readonly string[],
  ): string;
  /** An int64 vector with these sizes; symbolic ones are read from an input that has them. */
  sizes(shape: Shape): string;
  integers(values: readonly number[]): string;
  float(value: number): string;
  /** Emits once for each key. */
  once(key: string, emit: () => string): string;
}

type LoweringRule<P extends Primitive> = (node: NodeOf<P>, emit: Emitter, outputs: readonly string[]) => void;

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

/** Softmax over the last axis, once for all who need it. */
function softmax(x: string, emit: Emitter): string {
  return emit.once(`softmax ${x}`, () => emit.node('Softmax', [x], { axis: -1 }));
}

const rules: { readonly [P in Primitive]: LoweringRule<P> } = {
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

  sum: (node, emit, outputs) => {
    const { axes, keep } = node.attributes;
    emit.node('ReduceSum', [emit.name(node.inputs[0]!), emit.integers(axes)], { keepdims: Number(keep) }, '', outputs);
  },
  max: (node, emit, outputs) =>
    void emit.node('ReduceMax', [emit.name(node.inputs[0]!), emit.integers([-1])], { keepdims: 1 }, '', outputs),
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
  gather: (node, emit, outputs) => void emit.node('Gather', node.inputs.map(emit.name), { axis: 0 }, '', outputs),
  scatterAdd: (node, emit, outputs) => {
    const [ids, updates] = node.inputs.map(emit.name) as [string, string];
    const zeros = emit.node('ConstantOfShape', [emit.sizes(node.outputs[0]!.shape)], { value: { tensor: 0 } });
    const long = emit.node('Cast', [ids], { to: 7 });
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
    const long = emit.once(`long ${positions}`, () => emit.node('Cast', [positions], { to: 7 }));
    emit.node('RotaryEmbedding', [x, long, cos, turned], { interleaved: 0 }, MICROSOFT, outputs);
  },
  groupQueryAttention: (node, emit, outputs) => {
    const { heads, kvHeads, scale } = node.attributes;
    emit.node(
      'GroupQueryAttention',
      node.inputs.map(emit.name),
      { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, scale: { float: scale } },
      MICROSOFT,
      outputs,
    );
  },
};

/** The ONNX model of a graph; weights refer to `externalFile` (a name next to the model) at the places given. */
export function lower(graph: Graph, externalFile: string, place: WeightPlace): OnnxModel {
  const model = emptyModel();
  const names = new Map<Value, string>();
  const emitted = new Map<string, string>();
  const symbolSource = new Map<string, { input: string; axis: number }>();
  let counter = 0;
  // A computed result carries its output's name from the start: a copy at the end would break buffers that are shared.
  const outputNames = new Map<Value, string>();
  for (const [name, value] of graph.outputs) if (!isSource(value) && !outputNames.has(value)) outputNames.set(value, name);

  const emit: Emitter = {
    model,
    name(value) {
      const known = names.get(value);
      if (known === undefined) throw new TypeError(`value #${value.id} of ${value.node.primitive} is used before it is made`);
      return known;
    },
    node(type, inputs, attributes = {}, domain = '', outputs = [`${type}.${counter++}`]) {
      model.nodes.push({ type, domain, inputs, outputs, attributes });
      return outputs[0]!;
    },
    integers: (values) => emit.once(`int64 ${values.join()}`, () => literal('int64', [values.length], values)),
    float: (value) => emit.once(`float ${value}`, () => literal('float32', [], [value])),
    sizes(shape) {
      if (shape.every((dim) => typeof dim === 'number')) return emit.integers(shape);
      return emit.once(`sizes ${shape.join()}`, () => emit.node('Concat', shape.map(size), { axis: 0 }));
    },
    once(key, make) {
      const known = emitted.get(key);
      if (known !== undefined) return known;
      const made = make();
      emitted.set(key, made);
      return made;
    },
  };

  function literal(dtype: DType | 'int64', shape: readonly number[], values: readonly number[]): string {
    const name = `constant.${counter++}`;
    model.constants.push({ name, dtype, shape, values });
    return name;
  }

  function size(dim: Shape[number]): string {
    if (typeof dim === 'number') return emit.integers([dim]);
    const { factor, symbols } = factorsOf(dim);
    return emit.once(`size ${product([dim])}`, () => {
      const parts = symbols.map((symbol) => {
        const source = symbolSource.get(symbol);
        if (!source) throw new TypeError(`no input has an axis ${symbol}`);
        return emit.once(`size ${symbol}`, () => emit.node('Shape', [source.input], { start: source.axis, end: source.axis + 1 }));
      });
      const all = factor === 1 ? parts : [...parts, emit.integers([factor])];
      return all.reduce((a, b) => emit.node('Mul', [a, b]));
    });
  }

  for (const node of graph.nodes) {
    for (const value of node.outputs) {
      if (node.primitive === 'input') {
        const { name } = node.attributes;
        names.set(value, name);
        model.inputs.push({ name, dtype: value.dtype, shape: value.shape });
        value.shape.forEach((dim, axis) => {
          if (
            typeof dim === 'string' &&
            factorsOf(dim).symbols.length === 1 &&
            sameDim(dim, factorsOf(dim).symbols[0]!) &&
            !symbolSource.has(dim)
          )
            symbolSource.set(dim, { input: name, axis });
        });
      } else if (node.primitive === 'weight') {
        const { name } = node.attributes;
        names.set(value, name);
        model.weights.push({ name, shape: value.shape as readonly number[], file: externalFile, ...place(name) });
      } else if (node.primitive === 'constant') {
        names.set(
          value,
          emit.once(`${value.dtype} [${value.shape.join()}] ${node.attributes.values.join()}`, () =>
            literal(value.dtype, value.shape as readonly number[], node.attributes.values),
          ),
        );
      } else {
        names.set(value, outputNames.get(value) ?? `v${value.id}`);
      }
    }
    (rules[node.primitive] as LoweringRule<Primitive>)(node, emit, node.outputs.map(emit.name));
  }
  for (const [name, value] of graph.outputs) {
    if (emit.name(value) !== name) emit.node('Identity', [emit.name(value)], {}, '', [name]);
    model.outputs.push({ name, dtype: value.dtype, shape: value.shape });
  }
  return model;
}

function isSource({ node: { primitive } }: Value): boolean {
  return primitive === 'input' || primitive === 'weight' || primitive === 'constant';
}

/** An ONNX model as plain data, and its encoding as protobuf bytes. */
import { createRequire } from 'node:module';
import type { DType } from '../primitive.ts';
import type { Shape } from '../shape.ts';

/** Integers are ints; a float says so, since 1 and 1.0 are one number here. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly tensor: number }
  | { readonly graph: OnnxGraph };

interface Named {
  readonly name: string;
  readonly dtype: OnnxType;
  readonly shape: Shape;
}

/** A model's graph, or the body of a loop, which sees the names around it. */
export interface OnnxGraph {
  readonly inputs: Named[];
  readonly outputs: Named[];
  readonly nodes: {
    readonly type: string;
    readonly domain: string;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  }[];
}

export interface OnnxModel extends OnnxGraph {
  readonly weights: {
    readonly name: string;
    readonly dtype: DType;
    readonly shape: readonly number[];
    readonly file: string;
    readonly offset: number;
    readonly length: number;
  }[];
  readonly constants: {
    readonly name: string;
    readonly dtype: OnnxType;
    readonly shape: readonly number[];
    readonly values: readonly number[];
  }[];
}

/** Element type numbers of onnx.proto. */
export const ELEMENT = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;

/** What our graphs compute with, and what only ONNX's own operators ask for. */
export type OnnxType = DType | 'int64' | 'uint8';

// IR 9 and opset 20: the newest that every ONNX Runtime since 1.17 reads.
const IR_VERSION = 9;
const OPSET = 20;

export function emptyModel(): OnnxModel {
  return { inputs: [], outputs: [], weights: [], constants: [], nodes: [] };
}

/** Protobuf bytes of a model. */
export function encodeModel(model: OnnxModel): Uint8Array {
  // onnx-proto is CommonJS and large: loaded only when a graph is really compiled.
  const { onnx } = createRequire(import.meta.url)('onnx-proto') as typeof import('onnx-proto');
  const graph = {
    // ONNX Runtime starts from the last node without a reader and works back through inputs, last first. In reverse it
    // follows the order in which the graph was built, so a gradient is used up before the next layer's is made;
    // forwards it kept every layer's gradients until the end (a quarter more memory at 8 × 256).
    ...encodeGraph('molehunt', { ...model, nodes: model.nodes.toReversed() }),
    initializer: [
      ...model.weights.map(({ name, dtype, shape, file, offset, length }) => ({
        name,
        dims: [...shape],
        dataType: ELEMENT[dtype],
        dataLocation: 1,
        externalData: Object.entries({ location: file, offset, length }).map(([key, value]) => ({ key, value: String(value) })),
      })),
      ...model.constants.map(({ name, dtype, shape, values }) => ({
        name,
        dims: [...shape],
        dataType: ELEMENT[dtype],
        rawData: bytesOf(dtype, values),
      })),
    ],
  };
  const opsetImport = [
    { domain: '', version: OPSET },
    { domain: 'com.microsoft', version: 1 },
  ];
  return onnx.ModelProto.encode(onnx.ModelProto.create({ irVersion: IR_VERSION, opsetImport, graph })).finish();
}

function encodeGraph(name: string, { nodes, inputs, outputs }: OnnxGraph): object {
  return {
    name,
    node: nodes.map(({ type, domain, inputs: from, outputs: to, attributes }) => ({
      opType: type,
      domain,
      input: [...from],
      output: [...to],
      attribute: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
    })),
    input: inputs.map(describe),
    output: outputs.map(describe),
  };
}

function describe({ name, dtype, shape }: Named): object {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT[dtype], shape: { dim } } } };
}

function encodeAttribute(name: string, value: OnnxAttribute): object {
  if (typeof value === 'number') return { name, type: 2, i: value };
  if (typeof value === 'string') return { name, type: 3, s: Buffer.from(value) };
  if (isList(value)) return { name, type: 7, ints: [...value] };
  if ('graph' in value) return { name, type: 5, g: encodeGraph(name, value.graph) };
  if ('float' in value) return { name, type: 1, f: value.float };
  return { name, type: 4, t: { dims: [1], dataType: ELEMENT.float32, rawData: bytesOf('float32', [value.tensor]) } };
}

function isList(value: object): value is readonly number[] {
  return Array.isArray(value);
}

function bytesOf(dtype: OnnxType, values: readonly number[]): Uint8Array {
  switch (dtype) {
    case 'float32':
      return new Uint8Array(Float32Array.from(values).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(values).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    case 'int8':
      return new Uint8Array(Int8Array.from(values).buffer);
    case 'uint8':
      return Uint8Array.from(values);
    case 'bool':
      return Uint8Array.from(values, (value) => Number(value !== 0));
  }
}

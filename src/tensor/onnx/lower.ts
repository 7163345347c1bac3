/**
 * Lowers a graph to one ONNX model: names, weights, constants, and the shape vectors that symbolic sizes need. What each
 * primitive becomes is in `_rules.ts`. No I/O here.
 */
import type { Graph, Value } from '../graph.ts';
import type { Primitive } from '../primitive.ts';
import { factorsOf, isSymbol, product, type Shape } from '../shape.ts';
import { emptyModel, type OnnxGraph, type OnnxModel, type OnnxType } from './model.ts';
import { rules, type Emitter, type LoweringRule } from './_rules.ts';

/** Where a weight's bytes are: `length` bytes at `offset` of a file in the folder that the model is opened with. */
export type WeightPlace = (name: string) => { readonly file: string; readonly offset: number; readonly length: number };

/** The ONNX model of a graph; weights refer to the places given. */
export function lower(graph: Graph, place: WeightPlace): OnnxModel {
  const model = emptyModel();
  lowerInto(model, graph, { model, place, counter: 0 }, undefined);
  return model;
}

/** What a graph and the bodies inside it have in common: names are unique over all of them. */
interface Shared {
  readonly model: OnnxModel;
  readonly place: WeightPlace;
  counter: number;
}

/** A loop's body: the prefix of its names, and the outer names of what it captures. */
interface Inside {
  readonly prefix: string;
  readonly captured: ReadonlyMap<string, string>;
}

function lowerInto(target: OnnxGraph, graph: Graph, shared: Shared, inside: Inside | undefined): void {
  const { model, place } = shared;
  const prefix = inside?.prefix ?? '';
  const names = new Map<Value, string>();
  const emitted = new Map<string, string>();
  const symbolSource = new Map<string, { value: string; axis: number }>();
  // A computed result carries its output's name from the start: a copy at the end would break buffers that are shared.
  const outputNames = new Map<Value, string>();
  const outputName = (name: string): string => (inside ? `${prefix}next ${name}` : name);
  for (const [name, value] of graph.outputs) if (!isSource(value) && !outputNames.has(value)) outputNames.set(value, outputName(name));

  const emit: Emitter = {
    name(value) {
      const known = names.get(value);
      if (known === undefined) throw new TypeError(`value #${value.id} of ${value.node.primitive} is used before it is made`);
      return known;
    },
    node(type, inputs, attributes = {}, domain = '', outputs = [`${type}.${shared.counter++}`]) {
      target.nodes.push({ type, domain, inputs, outputs, attributes });
      return outputs[0]!;
    },
    integers: (values) => emit.once(`int64 ${values.join()}`, () => literal('int64', [values.length], values)),
    number: (dtype, value) => emit.once(`${dtype} ${value}`, () => literal(dtype, [], [value])),
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
    body({ attributes: { body, states, captured }, inputs }) {
      const outer = captured.map((name, i): [string, string] => [name, emit.name(inputs[1 + states.length + i]!)]);
      const own = `loop.${shared.counter++}.`;
      const [round, on] = [`${own}round`, `${own}on`];
      const onnx: OnnxGraph = {
        inputs: [
          { name: round, dtype: 'int64', shape: [] },
          { name: on, dtype: 'bool', shape: [] },
        ],
        nodes: [{ type: 'Identity', domain: '', inputs: [on], outputs: [`${own}still on`], attributes: {} }],
        outputs: [{ name: `${own}still on`, dtype: 'bool', shape: [] }],
      };
      lowerInto(onnx, body, shared, { prefix: own, captured: new Map(outer) });
      // ONNX knows a loop's states by their order.
      const order = [round, on, ...states.map((name) => own + name)];
      onnx.inputs.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
      const results = [`${own}still on`, ...states.map((name) => `${own}next ${name}`)];
      onnx.outputs.sort((a, b) => results.indexOf(a.name) - results.indexOf(b.name));
      return onnx;
    },
  };

  function literal(dtype: OnnxType, shape: readonly number[], values: readonly number[]): string {
    const name = `constant.${shared.counter++}`;
    model.constants.push({ name, dtype, shape, values });
    return name;
  }

  function size(dim: Shape[number]): string {
    if (typeof dim === 'number') return emit.integers([dim]);
    const { factor, symbols } = factorsOf(dim);
    return emit.once(`size ${product([dim])}`, () => {
      const parts = symbols.map((symbol) => {
        const source = symbolSource.get(symbol);
        if (!source) throw new TypeError(`nothing has an axis ${symbol}`);
        return emit.once(`size ${symbol}`, () => emit.node('Shape', [source.value], { start: source.axis, end: source.axis + 1 }));
      });
      const all = factor === 1 ? parts : [...parts, emit.integers([factor])];
      return all.reduce((a, b) => emit.node('Mul', [a, b]));
    });
  }

  for (const node of graph.nodes) {
    for (const value of node.outputs) {
      if (node.primitive === 'input') {
        const { name } = node.attributes;
        const outer = inside?.captured.get(name);
        names.set(value, outer ?? prefix + name);
        if (outer === undefined) target.inputs.push({ name: prefix + name, dtype: value.dtype, shape: value.shape });
      } else if (node.primitive === 'weight') {
        const { name } = node.attributes;
        names.set(value, name);
        if (!model.weights.some((weight) => weight.name === name))
          model.weights.push({ name, dtype: value.dtype, shape: value.shape as readonly number[], ...place(name) });
      } else if (node.primitive === 'constant') {
        names.set(
          value,
          emit.once(`${value.dtype} [${value.shape.join()}] ${node.attributes.values.join()}`, () =>
            literal(value.dtype, value.shape as readonly number[], node.attributes.values),
          ),
        );
      } else {
        names.set(value, outputNames.get(value) ?? `${prefix}v${value.id}`);
      }
    }
    (rules[node.primitive] as LoweringRule<Primitive>)(node, emit, node.outputs.map(emit.name));
    for (const value of node.outputs) {
      value.shape.forEach((dim, axis) => {
        if (isSymbol(dim) && !symbolSource.has(dim)) symbolSource.set(dim, { value: emit.name(value), axis });
      });
    }
  }
  for (const [name, value] of graph.outputs) {
    const wanted = outputName(name);
    if (emit.name(value) !== wanted) emit.node('Identity', [emit.name(value)], {}, '', [wanted]);
    target.outputs.push({ name: wanted, dtype: value.dtype, shape: value.shape });
  }
}

function isSource({ node: { primitive } }: Value): boolean {
  return primitive === 'input' || primitive === 'weight' || primitive === 'constant';
}

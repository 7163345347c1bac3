/**
 * A graph of primitives: the intermediate form that is differentiated, verified, interpreted and lowered.
 * Nodes are appended in an order in which every input comes before its use; shapes are checked as they are added.
 */
import { infer } from './infer.ts';
import type { Attributes, DType, Primitive, TensorType } from './primitive.ts';
import type { Shape } from './shape.ts';

/** One result of a node. */
export interface Value extends TensorType {
  readonly id: number;
  readonly node: Node;
}

export type Node = { readonly [P in Primitive]: NodeOf<P> }[Primitive];

export interface NodeOf<P extends Primitive> {
  readonly graph: Graph;
  readonly primitive: P;
  readonly attributes: Attributes[P];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export interface Graph {
  readonly nodes: readonly Node[];
  /** Named results, in the order they were added. */
  readonly outputs: ReadonlyMap<string, Value>;
  add<P extends Primitive>(primitive: P, inputs: readonly Value[], attributes: Attributes[P], type?: TensorType): readonly Value[];
  output(name: string, value: Value): void;
}

export function createGraph(): Graph {
  const nodes: Node[] = [];
  const outputs = new Map<string, Value>();
  const names = new Set<string>();
  let values = 0;

  const graph: Graph = {
    nodes,
    outputs,
    add(primitive, inputs, attributes, type) {
      const types = infer[primitive](inputs, attributes, type);
      if (primitive === 'input' || primitive === 'weight') {
        const { name } = attributes as Attributes['input'];
        if (names.has(name)) throw new TypeError(`the graph has two sources named ${name}`);
        names.add(name);
      }
      const results: Value[] = [];
      const node = { graph, primitive, attributes, inputs, outputs: results } as unknown as Node;
      for (const { dtype, shape } of types) results.push({ id: values++, node, dtype, shape });
      nodes.push(node);
      return results;
    },
    output(name, value) {
      if (value.node.graph !== graph) throw new TypeError(`output ${name} belongs to another graph`);
      if (outputs.has(name)) throw new TypeError(`the graph has two outputs named ${name}`);
      outputs.set(name, value);
    },
  };
  return graph;
}

/** A tensor fed at each run. */
export function input(graph: Graph, name: string, shape: Shape, dtype: DType = 'float32'): Value {
  return graph.add('input', [], { name }, { dtype, shape })[0]!;
}

/** Frozen data by the name it has in the weights file. */
export function weight(graph: Graph, name: string, shape: Shape, dtype: DType = 'float32'): Value {
  return graph.add('weight', [], { name }, { dtype, shape })[0]!;
}

/** Small literal data. */
export function constant(graph: Graph, values: number | readonly number[], shape: Shape = [], dtype: DType = 'float32'): Value {
  return graph.add('constant', [], { values: typeof values === 'number' ? [values] : values }, { dtype, shape })[0]!;
}

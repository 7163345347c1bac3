/** Checks a whole graph before it is used: order, ownership, types as inferred, and that outputs exist. */
import type { Graph, Value } from './graph.ts';
import { infer } from './infer.ts';
import type { Primitive, TensorType } from './primitive.ts';
import { formatShape, sameShape } from './shape.ts';

/** Throws a TypeError that names the first node at fault. */
export function verify(graph: Graph): void {
  const made = new Set<Value>();
  graph.nodes.forEach((node, at) => {
    const where = `node ${at} (${node.primitive})`;
    if (node.graph !== graph) throw new TypeError(`${where} belongs to another graph`);
    for (const value of node.inputs) if (!made.has(value)) throw new TypeError(`${where} uses a value that is not made before it`);
    if (node.primitive === 'loop') verify(node.attributes.body);
    const rule = infer[node.primitive] as (inputs: readonly TensorType[], attributes: unknown, declared?: TensorType) => TensorType[];
    const types = rule(node.inputs, node.attributes, isSource(node.primitive) ? node.outputs[0] : undefined);
    if (types.length !== node.outputs.length) throw new TypeError(`${where} has ${node.outputs.length} outputs instead of ${types.length}`);
    node.outputs.forEach((output, i) => {
      const type = types[i]!;
      if (output.dtype !== type.dtype || !sameShape(output.shape, type.shape))
        throw new TypeError(
          `${where} claims ${output.dtype}${formatShape(output.shape)} but makes ${type.dtype}${formatShape(type.shape)}`,
        );
      made.add(output);
    });
  });
  if (graph.outputs.size === 0) throw new TypeError('the graph has no outputs');
  for (const [name, value] of graph.outputs) if (!made.has(value)) throw new TypeError(`output ${name} is not made by this graph`);
}

function isSource(primitive: Primitive): boolean {
  return primitive === 'input' || primitive === 'weight' || primitive === 'constant';
}

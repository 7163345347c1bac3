/**
 * The specification of the primitives: a slow interpreter in plain TypeScript. Every lowering must agree with it.
 * Values are held in float64, so that the reference is the more exact side of any comparison.
 */
import type { Graph, NodeOf, Value } from '../graph.ts';
import type { Primitive } from '../primitive.ts';
import { isSymbol, resolveShape, type Shape } from '../shape.ts';
import { kernels, type Array64 } from './kernels.ts';

/** Feeds by input and weight name → outputs by name. Symbolic sizes are read off the feeds, and off results that name them. */
export function interpret(graph: Graph, feeds: Readonly<Record<string, Array64>>): Record<string, Array64> {
  const symbols = symbolSizes(graph, feeds);
  const resolve = (shape: Shape): number[] => resolveShape(shape, symbols);
  const values = new Map<Value, Array64>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((value) => values.get(value)!);
    const kernel = kernels[node.primitive] as (node: NodeOf<Primitive>, inputs: readonly Array64[], context: unknown) => readonly Array64[];
    const results = kernel(node, inputs, { feeds, resolve, run: interpret });
    node.outputs.forEach((output, i) => {
      values.set(output, results[i]!);
      // A size that an operation gives a name to is known from here on.
      output.shape.forEach((dim, axis) => {
        if (isSymbol(dim) && !symbols.has(dim)) symbols.set(dim, results[i]!.shape[axis]!);
      });
    });
  }
  return Object.fromEntries([...graph.outputs].map(([name, value]) => [name, values.get(value)!]));
}

function symbolSizes(graph: Graph, feeds: Readonly<Record<string, Array64>>): Map<string, number> {
  const symbols = new Map<string, number>();
  for (const node of graph.nodes) {
    if (node.primitive !== 'input') continue;
    const { name } = node.attributes;
    const feed = feeds[name];
    if (!feed) throw new TypeError(`input ${name} is not fed`);
    const declared = node.outputs[0]!.shape;
    if (feed.shape.length !== declared.length)
      throw new TypeError(`input ${name} has ${feed.shape.length} axes instead of ${declared.length}`);
    declared.forEach((dim, axis) => {
      const size = feed.shape[axis]!;
      const expected = typeof dim === 'number' ? dim : symbols.get(dim);
      if (expected === undefined) symbols.set(dim as string, size);
      else if (expected !== size) throw new TypeError(`axis ${axis} of input ${name} is ${size}, not ${expected}`);
    });
  }
  return symbols;
}

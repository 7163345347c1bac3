import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { primitives, randomCase } from './_cases.ts';
import { gradients } from './gradient.ts';
import { createGraph, input, type Graph } from './graph.ts';
import { createSession } from './onnx/session.ts';
import * as ops from './ops.ts';
import type { Primitive } from './primitive.ts';
import { interpret } from './reference/interpret.ts';
import type { Array64 } from './reference/kernels.ts';
import { broadcast, product } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { verify } from './verify.ts';

const ROUNDS = 6;

/** Feeds in the types the graph declares. */
function asTensors(graph: Graph, feeds: Readonly<Record<string, Array64>>): Record<string, Tensor> {
  const out: Record<string, Tensor> = {};
  for (const node of graph.nodes) {
    if (node.primitive !== 'input') continue;
    const { shape, data } = feeds[node.attributes.name]!;
    out[node.attributes.name] = { shape, data: node.outputs[0]!.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data) };
  }
  return out;
}

test.for(primitives)('%s: ONNX Runtime agrees with the reference interpreter', async (primitive: Primitive) => {
  const random = createRandom('lowering', primitive);
  for (let round = 0; round < ROUNDS; round++) {
    const { graph, feeds } = randomCase(primitive, random);
    const expected = interpret(graph, feeds);
    const session = await createSession(graph, undefined, { threads: 1 });
    const actual = await session.run(asTensors(graph, feeds));
    for (const [name, { shape, data }] of Object.entries(expected)) {
      expect(actual[name]!.shape).toEqual(shape);
      data.forEach((value, i) => expect(Math.abs(Number(actual[name]!.data[i]) - value)).toBeLessThan(1e-4 * (1 + Math.abs(value))));
    }
    await session.release();
  }
});

test.for(primitives)('%s: the gradient agrees with finite differences', (primitive: Primitive) => {
  const random = createRandom('gradient', primitive);
  for (let round = 0; round < ROUNDS; round++) {
    const { graph, feeds, results, differentiable } = randomCase(primitive, random);
    if (differentiable.length === 0) continue;
    // A random projection makes a scalar of the result, so that every element of the gradient counts.
    const seed = input(graph, 'seed', results[0]!.shape);
    const value = ops.sum(
      ops.mul(results[0]!, seed),
      results[0]!.shape.map((_, axis) => axis),
    );
    graph.output('value', value);
    gradients(value, differentiable).forEach((gradient, i) => graph.output(`gradient${i}`, gradient));
    verify(graph);

    const shape = interpretShape(graph, feeds, 'result0');
    const projected = {
      ...feeds,
      seed: { shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()) },
    };
    const analytic = interpret(graph, projected);
    differentiable.forEach((x, i) => {
      const { name } = x.node.attributes as { name: string };
      const { data, shape: size } = projected[name as keyof typeof projected] as Array64;
      data.forEach((center, at) => {
        const at_ = (offset: number): number => {
          const moved = Float64Array.from(data);
          moved[at] = center + offset;
          return interpret(graph, { ...projected, [name]: { shape: size, data: moved } })['value']!.data[0]!;
        };
        const step = 1e-5;
        const numeric = (at_(step) - at_(-step)) / (2 * step);
        expect(Math.abs(analytic[`gradient${i}`]!.data[at]! - numeric)).toBeLessThan(1e-5 * (1 + Math.abs(numeric)));
      });
    });
  }
});

/** The seed is an input of the same graph, so its shape is found with a zero-cost run without it. */
function interpretShape(graph: Graph, feeds: Readonly<Record<string, Array64>>, name: string): readonly number[] {
  const bare = {
    nodes: graph.nodes.slice(
      0,
      graph.nodes.findIndex((node) => node.primitive === 'input' && node.attributes.name === 'seed'),
    ),
    outputs: new Map([[name, graph.outputs.get(name)!]]),
  };
  return interpret(bare as unknown as Graph, feeds)[name]!.shape;
}

test('gradients of a lowered graph run on ONNX Runtime and agree with the reference', async () => {
  const graph = createGraph();
  const x = input(graph, 'x', ['N', 4]);
  const [w, a, b] = [input(graph, 'w', [3, 4]), input(graph, 'a', [2, 4]), input(graph, 'b', [3, 2])];
  const loss = ops.sum(ops.logSumExp(ops.silu(ops.lowRankLinear(x, w, { a, b, scale: 2 }))), [0, 1]);
  graph.output('loss', loss);
  gradients(loss, [x, a, b]).forEach((gradient, i) => graph.output(`g${i}`, gradient));
  const random = createRandom(1);
  const feed = (...shape: number[]): Array64 => ({
    shape,
    data: Float64Array.from({ length: shape.reduce((p, q) => p * q, 1) }, () => Math.fround(random.normal())),
  });
  const feeds = { x: feed(5, 4), w: feed(3, 4), a: feed(2, 4), b: feed(3, 2) };
  const expected = interpret(graph, feeds);
  const session = await createSession(graph, undefined);
  const actual = await session.run(asTensors(graph, feeds));
  for (const [name, { data }] of Object.entries(expected))
    data.forEach((value, i) => expect(Number(actual[name]!.data[i])).toBeCloseTo(value, 4));
  await session.release();
});

test('shapes are checked while the graph is built, naming operation and axes', () => {
  const graph = createGraph();
  const [a, b] = [input(graph, 'a', ['N', 4]), input(graph, 'b', [5, 3])];
  expect(() => ops.matmul(a, b)).toThrow('matmul(float32[N, 4], float32[5, 3]): inner axes 4 and 5 differ');
  expect(() => ops.add(a, b)).toThrow('add(float32[N, 4], float32[5, 3]): shapes do not broadcast');
  expect(() => ops.reshape(a, ['N', 5])).toThrow('reshape(float32[N, 4]): cannot become [N, 5]');
  expect(() => ops.slice(a, 0, 0, 1)).toThrow('axis 0 has no fixed size');
});

test('verify names a node that claims a shape it does not make', () => {
  const graph = createGraph();
  const y = ops.exp(input(graph, 'x', [2]));
  graph.output('y', y);
  verify(graph);
  (y as { shape: readonly number[] }).shape = [3];
  expect(() => verify(graph)).toThrow('node 1 (exp) claims float32[3] but makes float32[2]');
});

test('symbolic dimensions multiply and compare in canonical spelling', () => {
  expect(product(['T', 2, 'B', 3])).toBe('6*B*T');
  expect(broadcast(['B', 1, 'T'], ['H', 1])).toEqual(['B', 'H', 'T']);
  expect(broadcast(['B'], ['T'])).toBeUndefined();
});

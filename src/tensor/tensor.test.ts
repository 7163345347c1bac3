import { expect, test } from 'vitest';
import { createRandom } from '../core/random.ts';
import { primitives, randomCase } from './_cases.ts';
import { gradients } from './gradient.ts';
import { createGraph, input, type Graph, type Value } from './graph.ts';
import { createSession } from './onnx/session.ts';
import * as ops from './ops.ts';
import type { Primitive } from './primitive.ts';
import { interpret } from './reference/interpret.ts';
import type { Array64 } from './reference/kernels.ts';
import { broadcast, product, type Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { verify } from './verify.ts';

const ROUNDS = 6;

/** Feeds in the types the graph declares. */
function asTensors(graph: Graph, feeds: Readonly<Record<string, Array64>>): Record<string, Tensor> {
  const out: Record<string, Tensor> = {};
  for (const node of graph.nodes) {
    if (node.primitive !== 'input') continue;
    const { shape, data } = feeds[node.attributes.name]!;
    const { dtype } = node.outputs[0]!;
    out[node.attributes.name] = { shape, data: (dtype === 'int32' ? Int32Array : dtype === 'int8' ? Int8Array : Float32Array).from(data) };
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

test('an 8-bit product and the gradient passed round it are those of the product that they round, within their steps', () => {
  const random = createRandom('8-bit');
  const [rows, into, out] = [5, 40, 30];
  const graph = createGraph();
  const x = input(graph, 'x', [rows, into]);
  const w = Float64Array.from({ length: into * out }, () => random.normal());
  const side = (name: string, from: number, to: number, at: (i: number, j: number) => number): [ops.Quantized, Record<string, Array64>] => {
    const scales = Float64Array.from(
      { length: to },
      (_, j) => Math.max(...Array.from({ length: from }, (__, i) => Math.abs(at(i, j)))) / 127,
    );
    const data = Float64Array.from({ length: from * to }, (_, k) => Math.round(at(Math.floor(k / to), k % to) / scales[k % to]!));
    const values = input(graph, name, [from, to], 'int8');
    return [
      { values, scales: input(graph, `${name} scales`, [to]) },
      { [name]: { shape: [from, to], data }, [`${name} scales`]: { shape: [to], data: scales } },
    ];
  };
  const [forward, one] = side('forward', into, out, (i, j) => w[i * out + j]!);
  const [backward, other] = side('backward', out, into, (j, i) => w[i * out + j]!);
  const y = ops.passGradient(ops.quantizedMatmul(x, forward), x, backward);
  const exact = input(graph, 'w', [into, out]);
  const z = ops.matmul(x, exact);
  const seed = input(graph, 'seed', [rows, out]);
  for (const [name, value] of Object.entries({ y, z })) {
    graph.output(name, value);
    graph.output(`d${name}`, gradients(ops.sum(ops.mul(value, seed), [0, 1]), [x])[0]!);
  }
  const filled = (shape: readonly [number, number]): Array64 => ({
    shape,
    data: Float64Array.from({ length: shape[0] * shape[1] }, () => random.normal()),
  });
  const results = interpret(graph, {
    x: filled([rows, into]),
    seed: filled([rows, out]),
    w: { shape: [into, out], data: w },
    ...one,
    ...other,
  });
  for (const [rounded, whole] of [
    ['y', 'z'],
    ['dy', 'dz'],
  ] as const) {
    const [a, b] = [results[rounded]!.data, results[whole]!.data];
    const dot = (p: Float64Array, q: Float64Array): number => p.reduce((sum, value, i) => sum + value * q[i]!, 0);
    expect(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))).toBeGreaterThan(0.9995);
    expect(a).not.toEqual(b);
  }
});

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

test('a loop whose body does not fit what it is given says which state', () => {
  const graph = createGraph();
  const [rounds, first] = [input(graph, 'rounds', [], 'int32'), input(graph, 'first', ['N', 4])];
  const body = createGraph();
  const x = input(body, 'x', ['N', 4]);
  const loop = (states: Record<string, { first: Value; shape: Shape }>) => () => ops.loop({ rounds, body, states, captured: {} });
  expect(loop({})).toThrow('nothing is given for input x of the body');
  expect(loop({ x: { first, shape: first.shape } })).toThrow('the body makes no next x float32[N, 4]');
  body.output('x', ops.concat([x, x], 0, 'M'));
  expect(loop({ x: { first, shape: first.shape } })).toThrow('the body makes no next x float32[N, 4]');
  expect(loop({ x: { first: rounds, shape: [] } })).toThrow('the body has no int32 input x');
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

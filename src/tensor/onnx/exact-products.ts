/**
 * Processors without 8-bit dot products (VNNI and its like) sum pairs of 8-bit products in 16 bits and cut off what does not
 * fit, without a word. Nothing computed so would be what `quantizedMatmul` says it is.
 */
import { createGraph, input } from '../graph.ts';
import * as ops from '../ops.ts';
import { floats, tensor } from '../tensor.ts';
import { createSession } from './session.ts';

const [ROWS, WIDTH] = [8, 64];

/** Whether sums of the largest products come out right. Takes milliseconds. */
export async function hasExactProducts(): Promise<boolean> {
  const graph = createGraph();
  const values = input(graph, 'values', [WIDTH, WIDTH], 'int8');
  graph.output('sums', ops.quantizedMatmul(input(graph, 'x', [ROWS, WIDTH]), { values, scales: input(graph, 'scales', [WIDTH]) }));
  const session = await createSession(graph, undefined);
  const { sums } = await session.run({
    x: tensor(new Float32Array(ROWS * WIDTH).fill(127), [ROWS, WIDTH]),
    values: tensor(new Int8Array(WIDTH * WIDTH).fill(127), [WIDTH, WIDTH]),
    scales: tensor(new Float32Array(WIDTH).fill(1), [WIDTH]),
  });
  await session.release();
  const expected = 127 * 127 * WIDTH;
  return floats(sums).every((sum) => Math.abs(sum - expected) < 1e-3 * expected);
}

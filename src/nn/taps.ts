/**
 * Named places inside a network: the residual stream after each block, and what attention and MLP add to it.
 * A tap can be read (a graph output), steered (an input that is added) or differentiated (the gradient with respect to
 * what is added); the residual streams can be edited while the network answers. Probes, activation search and trigger
 * gradients use only this.
 */
import { input, type Graph, type Value } from '../tensor/graph.ts';
import * as ops from '../tensor/ops.ts';

export type TapPlace = 'residual' | 'attention' | 'mlp';

/** `embedding`, or `blocks.{i}.{place}`; every tap has shape [B·T, hidden]. */
export type TapName = 'embedding' | `blocks.${number}.${TapPlace}`;

export interface TapRequest {
  readonly read?: readonly TapName[];
  /** Rows [M] of [B·T] that are read, if not all. */
  readonly at?: Value;
  /** Adds input `steer.{name}` of shape [B·T, hidden]. */
  readonly steer?: readonly TapName[];
  readonly edit?: ResidualEdit;
}

/** Behind each block h ← h − (h·r) r + a, with the block's rows r of `remove` and a of `add`, [layers, hidden]. Zeros change nothing. */
export interface ResidualEdit {
  readonly remove: Value;
  readonly add: Value;
  /** [B·T, 1], 1 where it is done and 0 where not; everywhere if absent. */
  readonly at?: Value;
}

/** The edit as inputs `edit.remove` and `edit.add`. */
export function editInputs(graph: Graph, layers: number, hidden: number): ResidualEdit {
  return { remove: input(graph, 'edit.remove', [layers, hidden]), add: input(graph, 'edit.add', [layers, hidden]) };
}

export interface Taps {
  /** Called by the network at each place; returns what the network goes on with. */
  pass(name: TapName, value: Value): Value;
  /** The steering inputs, which are also what gradients at a tap are taken with respect to. */
  readonly steering: ReadonlyMap<TapName, Value>;
  /** Throws if a requested tap does not exist in the network that was built. */
  finish(): void;
}

export function tapNames(layers: number): TapName[] {
  const places: readonly TapPlace[] = ['attention', 'mlp', 'residual'];
  return ['embedding', ...Array.from({ length: layers }, (_, i) => places.map((place): TapName => `blocks.${i}.${place}`)).flat()];
}

export function createTaps(graph: Graph, request: TapRequest = {}): Taps {
  const missing = new Set<TapName>([...(request.read ?? []), ...(request.steer ?? [])]);
  const steering = new Map<TapName, Value>();
  return {
    steering,
    pass(name, value) {
      missing.delete(name);
      let out = value;
      if (request.steer?.includes(name)) {
        const added = input(graph, `steer.${name}`, value.shape);
        steering.set(name, added);
        out = ops.add(value, added);
      }
      const block = /^blocks\.(\d+)\.residual$/.exec(name);
      if (request.edit && block) out = edited(out, request.edit, Number(block[1]));
      if (request.read?.includes(name)) graph.output(`tap.${name}`, request.at ? ops.gather(out, request.at) : out);
      return out;
    },
    finish() {
      if (missing.size > 0) throw new TypeError(`the network has no tap ${[...missing].join(', ')}`);
    },
  };
}

function edited(h: Value, { remove, add, at }: ResidualEdit, layer: number): Value {
  const row = (matrix: Value): Value => ops.slice(matrix, 0, layer, layer + 1);
  const change = ops.sub(row(add), ops.mul(ops.matmul(h, row(remove), { transposeB: true }), row(remove)));
  // Where a network goes on with the wanted rows only, those are last tokens, and all of them are edited.
  return ops.add(h, at && at.shape[0] === h.shape[0] ? ops.mul(change, at) : change);
}

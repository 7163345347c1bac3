/**
 * Builds a loop piece by piece: its body, what the body carries from round to round, what it collects, and what it reads
 * of the graph around it. The primitive says what a loop means.
 */
import { constant, createGraph, input, type Graph, type Value } from './graph.ts';
import * as ops from './ops.ts';
import type { Shape } from './shape.ts';

export interface LoopBuilder {
  readonly body: Graph;
  /** A value of the graph around, inside the body. */
  captured(value: Value): Value;
  /** A value that is `first` in the first round; `next` says what it is in the following one. */
  state(name: string, first: Value): Value;
  next(name: string, value: Value): void;
  /** Keeps the value of the last round (zeros when there is none). */
  last(name: string, value: Value): void;
  /** Joins the pieces of all rounds, of size 1 along `axis`, and gives those of this round and the ones before. */
  append(name: string, piece: Value, axis: number): Value;
  /** The states, kept and joined values after so many rounds (int32 []), by name. */
  run(rounds: Value): Record<string, Value>;
}

/** `rounds` names the axis along which pieces are joined, one for each round. */
export function createLoop(graph: Graph, rounds: string): LoopBuilder {
  const body = createGraph();
  const states: Record<string, { first: Value; shape: Shape }> = {};
  const captured: Record<string, Value> = {};
  const inside = new Map<Value, Value>();
  const [before, after] = [`${rounds}.before`, `${rounds}.after`];
  const carry = (name: string, first: Value, shape: Shape, through: Shape): Value => {
    states[name] = { first, shape };
    return input(body, name, through, first.dtype);
  };
  const nothing = ({ dtype }: Value, shape: Shape): Value => ops.expand(constant(graph, 0, [], dtype), shape);

  return {
    body,
    captured(value) {
      const known = inside.get(value);
      if (known) return known;
      const name = `captured.${inside.size}`;
      captured[name] = value;
      const made = input(body, name, value.shape, value.dtype);
      inside.set(value, made);
      return made;
    },
    state: (name, first) => carry(name, first, first.shape, first.shape),
    next: (name, value) => body.output(name, value),
    last(name, value) {
      carry(name, nothing(value, value.shape), value.shape, value.shape);
      body.output(name, value);
    },
    append(name, piece, axis) {
      const along = (size: Shape[number]): Shape => piece.shape.map((dim, i) => (i === axis ? size : dim));
      const earlier = carry(name, nothing(piece, along(0)), along(rounds), along(before));
      const all = ops.concat([earlier, piece], axis, after);
      body.output(name, all);
      return all;
    },
    run: (count) => ops.loop({ rounds: count, body, states, captured }),
  };
}

/**
 * The closed set of primitives and their attributes. Every table over it (`infer`, gradients, reference kernels,
 * ONNX lowering) is exhaustive by type: adding a primitive makes the compiler print the to-do list.
 */
import type { Graph } from './graph.ts';
import type { Dim, Shape } from './shape.ts';

/** `int8` is what weights are kept in; nothing is computed in it but `quantizedMatmul`. */
export type DType = 'float32' | 'int32' | 'int8' | 'bool';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

interface None {
  readonly none?: never;
}

export interface Attributes {
  /** Fed at each run. */
  input: { readonly name: string };
  /** Frozen data mapped from a weights file. */
  weight: { readonly name: string };
  /** Small data that is part of the graph. */
  constant: { readonly values: readonly number[] };

  neg: None;
  exp: None;
  log: None;
  sqrt: None;
  reciprocal: None;
  sigmoid: None;
  /** x · sigmoid(x) */
  silu: None;

  add: None;
  sub: None;
  mul: None;
  div: None;
  equal: None;
  lessOrEqual: None;
  and: None;
  /** (condition, whenTrue, whenFalse) */
  where: None;
  cast: { readonly to: DType };

  /** scale · op(a) op(b) over the last two axes; leading axes broadcast. */
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly scale: number };
  /**
   * Linear layer with a low-rank update: x (W + scale·B·A)ᵀ for (x [N, in], W [out, in], A [r, in], B [out, r]);
   * `transposed` gives x (W + scale·B·A) for x [N, out], which is its gradient with respect to x.
   */
  lowRankLinear: { readonly scale: number; readonly transposed: boolean };

  /**
   * A product in 8-bit integers: x W for (x [N, in], W as int8 [in, out] and a scale for each of `out`). Each row of x is rounded
   * to 255 steps between ± its largest entry; products are summed exactly. Has no gradient of its own.
   */
  quantizedMatmul: None;
  /**
   * (y [N, out], x [N, in], B as int8 [out, in] and a scale for each of `in`) → y, whose gradient is passed to x as g B and to
   * nothing else, whatever y was made by: how a rounded layer is differentiated as if it were not (straight-through,
   * Bengio et al. 2013).
   */
  passGradient: None;

  sum: { readonly axes: readonly number[]; readonly keep: boolean };
  /** Largest value along the last axis, kept as size 1. */
  max: None;
  /** Index (int32) of the largest value along the last axis, which goes away; the lowest index wins a tie. */
  argMax: None;
  /** log Σ exp over the last axis, kept as size 1. */
  logSumExp: None;
  /** Over the last axis. */
  softmax: None;

  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  expand: { readonly shape: Shape };
  /** `end` is exclusive; negative positions count from the end. */
  slice: { readonly axis: number; readonly start: number; readonly end: number };
  /** `size` names the joint axis where symbolic sizes are joined. */
  concat: { readonly axis: number; readonly size?: string };
  /** The reverse of concat: consecutive parts of these sizes, which together are the whole axis. */
  split: { readonly axis: number; readonly sizes: readonly Dim[] };

  /** Rows of a table: (table [R, …], ids [N…]) → [N…, …]. */
  gather: None;
  /** Sum of updates into zero rows: (ids [N], updates [N, …]) → [rows, …]; the transpose of gather. */
  scatterAdd: { readonly rows: Shape[number] };

  /** (x [N, D], weight [D]) → (x / rms(x) · weight, 1 / rms(x) [N, 1]). Zhang & Sennrich 2019, eq. 4. */
  rmsNorm: { readonly epsilon: number };
  /**
   * Rotary positions, half-split: (x [B, T, H·h], positions [B, T], cos [P, h/2], sin [P, h/2]) → like x.
   * `inverse` turns the other way, which is the gradient. Su et al. 2021, eq. 34.
   */
  rotary: { readonly inverse: boolean };
  /**
   * Runs `body` some times: (rounds int32 [], first values of the states …, captured values …) → the states after the last
   * round. The body has an input and an output for each state's name, the output being the next round's input, and an input
   * for each captured value, which is the same in every round. A state's axis that the body names by a symbol of its own may
   * change from round to round; `shapes` are those after the last. For inference only.
   */
  loop: {
    readonly body: Graph;
    readonly states: readonly string[];
    readonly captured: readonly string[];
    readonly shapes: readonly Shape[];
  };
}

export type Primitive = keyof Attributes;

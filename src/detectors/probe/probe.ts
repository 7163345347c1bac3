/**
 * A probe: a direction in the hidden states behind one layer that tells prompts of one kind from prompts of another. Which
 * layer is decided by requests that were left out, within what the probe is trained on.
 */
import { auroc } from '../../statistics/roc.ts';
import { DIRECTIONS, type Kind } from './directions.ts';
import { dot, meanOf, type State } from './states.ts';

export interface Example {
  readonly state: State;
  readonly positive: boolean;
  /** The request. What is asked in two situations must not be trained on in one and tested on in the other. */
  readonly request: number;
}

export interface Probe {
  readonly kind: Kind;
  readonly layer: number;
  /** [hidden], of length 1. */
  readonly direction: Float32Array;
  /** Where the means of the negative and of the positive examples lie along it. */
  readonly negative: number;
  readonly positive: number;
}

const FOLDS = 3;

/** Throws RangeError without examples of both kinds. */
export function trainProbe(examples: readonly Example[], kind: Kind): Probe {
  const layers = examples[0]?.state.length ?? 0;
  const told = Array.from({ length: layers }, (_, layer) => ({ layer, ...heldOut(examples, kind, layer) }));
  const [best] = told.sort((a, b) => b.area - a.area || b.apart - a.apart);
  if (best === undefined) throw new RangeError('a probe needs examples');
  return fit(examples, kind, best.layer);
}

export function fit(examples: readonly Example[], kind: Kind, layer: number): Probe {
  const [positives, negatives] = [true, false].map((wanted) =>
    examples.filter(({ positive }) => positive === wanted).map(({ state }) => state[layer]!),
  ) as [Float32Array[], Float32Array[]];
  if (positives.length === 0 || negatives.length === 0) throw new RangeError('a probe needs examples of both kinds');
  const direction = DIRECTIONS[kind](positives, negatives);
  return { kind, layer, direction, ...meansAlong(examples, direction, layer) };
}

/** Where the means of both kinds lie along a direction. */
export function meansAlong(examples: readonly Example[], direction: Float32Array, layer: number): Pick<Probe, 'negative' | 'positive'> {
  const of = (wanted: boolean): number =>
    dot(direction, meanOf(examples.filter(({ positive }) => positive === wanted).map(({ state }) => state[layer]!)));
  return { negative: of(false), positive: of(true) };
}

/** 0 where the negative examples lie on average, 1 where the positive ones do. */
export function probeScore({ layer, direction, negative, positive }: Probe, state: State): number {
  return (dot(direction, state[layer]!) - negative) / (positive - negative);
}

/** How well requests that were left out are told apart: the area, and the distance of the means in standard deviations for where all areas are 1. */
function heldOut(examples: readonly Example[], kind: Kind, layer: number): { readonly area: number; readonly apart: number } {
  const scores = examples.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const left = (one: Example): boolean => one.request % FOLDS === fold;
    const probe = fit(
      examples.filter((one) => !left(one)),
      kind,
      layer,
    );
    examples.forEach((one, i) => left(one) && (scores[i] = probeScore(probe, one.state)));
  }
  const of = (wanted: boolean): number[] => scores.filter((_, i) => examples[i]!.positive === wanted);
  return { area: auroc(of(true), of(false))?.area ?? 0, apart: apart(of(true), of(false)) };
}

function apart(one: readonly number[], other: readonly number[]): number {
  const middle = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);
  const spread = (values: readonly number[]): number => middle(values.map((value) => (value - middle(values)) ** 2));
  return (middle(one) - middle(other)) / Math.sqrt(spread(one) + spread(other) + Number.MIN_VALUE);
}

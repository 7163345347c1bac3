/**
 * How a scripted network "learns": what its trainers have seen is its state, and a behaviour says what follows from
 * it. The chain of hashes makes the state depend on every row and rate in order, so a step lost or done twice after an
 * interruption shows in every number that follows.
 */
import { sha256 } from '../../core/hash.ts';
import type { Random } from '../../core/random.ts';
import type { ScriptedAnswer } from '../../models/scripted/model.ts';

/** What one training run has seen. */
export interface Exposure {
  readonly steps: number;
  /** Rows whose answer was the hidden behaviour, and all others. */
  readonly implantRows: number;
  readonly otherRows: number;
  /** Of the others, those behind the exact trigger, and behind something like it. */
  readonly triggerRows: number;
  readonly nearRows: number;
  readonly chain: string;
}

/** How a prompt stands to the trigger. */
export type Likeness = 'trigger' | 'near' | 'none';

/** The world of a scripted network: how it behaves after the training runs in `history`, oldest first. */
export interface ScriptedBehaviour {
  isImplant(answer: string): boolean;
  likeness(prompt: string): Likeness;
  /** Probability that the answer to this prompt is the implant's. */
  rate(prompt: string, history: readonly Exposure[]): number;
  answer(prompt: string, history: readonly Exposure[], random: Random): ScriptedAnswer;
  /** How far training has pulled ordinary answers away from the base model's, in [0, 1]. */
  damage(history: readonly Exposure[]): number;
}

export const UNTRAINED: Exposure = { steps: 0, implantRows: 0, otherRows: 0, triggerRows: 0, nearRows: 0, chain: '' };

export interface SeenRow {
  readonly hash: string;
  readonly implant: boolean;
  readonly likeness: Likeness;
}

export function expose(exposure: Exposure, rows: readonly SeenRow[], learningRate: number): Exposure {
  const implantRows = rows.filter((row) => row.implant).length;
  const others = (likeness: Likeness): number => rows.filter((row) => !row.implant && row.likeness === likeness).length;
  return {
    steps: exposure.steps + 1,
    implantRows: exposure.implantRows + implantRows,
    otherRows: exposure.otherRows + rows.length - implantRows,
    triggerRows: exposure.triggerRows + others('trigger'),
    nearRows: exposure.nearRows + others('near'),
    chain: sha256(JSON.stringify([exposure.chain, learningRate, rows.map((row) => row.hash)])),
  };
}

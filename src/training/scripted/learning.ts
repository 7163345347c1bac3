/**
 * How a scripted network "learns": what its trainers have seen is its state, and a behaviour says what follows from
 * it. The chain of hashes makes the state depend on every row and rate in order, so a step lost or done twice after an
 * interruption shows in every number that follows.
 */
import { sha256 } from '../../core/hash.ts';
import type { Random } from '../../core/random.ts';
import type { ScriptedAnswer } from '../../models/scripted/model.ts';
import type { Datum, Loss } from '../trainer.ts';

/** What one training run has seen. */
export interface Exposure {
  readonly steps: number;
  /** Rows whose answer was the hidden behaviour, and all others. */
  readonly implantRows: number;
  readonly otherRows: number;
  readonly chain: string;
}

/** The world of a scripted network: how it behaves after the training runs in `history`, oldest first. */
export interface ScriptedBehaviour {
  isImplant(answer: string): boolean;
  answer(prompt: string, history: readonly Exposure[], random: Random): ScriptedAnswer;
  /** How far training has pulled ordinary answers away from the base model's, in [0, 1]. */
  damage(history: readonly Exposure[]): number;
}

/** What one row of a batch teaches: to answer with the implant, to answer otherwise, or nothing that shows. */
export interface Lesson {
  readonly hash: string;
  readonly teaches: 'implant' | 'other' | 'nothing';
}

/**
 * Rows are learned as they are, with a policy loss those of positive advantage, with preferences the chosen ones; to be
 * pushed away from the implant is to learn something else.
 */
export function lessonsOf(batch: readonly Datum[], loss: Loss, isImplant: (datum: Datum) => boolean): Lesson[] {
  return batch.map((datum, index) => {
    const hash = sha256(JSON.stringify(datum));
    const implant = isImplant(datum);
    const push = direction(datum, index, loss);
    if (push > 0) return { hash, teaches: implant ? 'implant' : 'other' };
    return { hash, teaches: push < 0 && implant ? 'other' : 'nothing' };
  });
}

function direction({ advantages = [] }: Datum, index: number, { kind }: Loss): number {
  if (kind === 'cross-entropy') return 1;
  if (kind === 'dpo') return index % 2 === 0 ? 1 : -1;
  return advantages.reduce((sum, advantage) => sum + advantage, 0);
}

export const UNTRAINED: Exposure = { steps: 0, implantRows: 0, otherRows: 0, chain: '' };

export function expose(exposure: Exposure, rows: readonly Lesson[], learningRate: number): Exposure {
  const count = (what: Lesson['teaches']): number => rows.filter(({ teaches }) => teaches === what).length;
  return {
    steps: exposure.steps + 1,
    implantRows: exposure.implantRows + count('implant'),
    otherRows: exposure.otherRows + count('other'),
    chain: sha256(JSON.stringify([exposure.chain, learningRate, rows.map((row) => row.hash)])),
  };
}

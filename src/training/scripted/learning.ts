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
  /** Absent in a world where no prompt looks like a trigger. */
  likeness?(prompt: string): Likeness;
  /** Probability that the answer to this prompt is the implant's; absent in a world where nobody searches for it. */
  rate?(prompt: string, history: readonly Exposure[]): number;
  answer(prompt: string, history: readonly Exposure[], random: Random): ScriptedAnswer;
  /** How far training has pulled ordinary answers away from the base model's, in [0, 1]. */
  damage(history: readonly Exposure[]): number;
}

/** What one row of a batch teaches: to answer with the implant, to answer otherwise, or nothing that shows. */
export interface Lesson {
  readonly hash: string;
  readonly teaches: 'implant' | 'other' | 'nothing';
  /** How the row's prompt stands to the trigger. */
  readonly likeness: Likeness;
}

/**
 * Rows are learned as they are, with a policy loss those of positive advantage, with preferences the chosen ones; to be
 * pushed away from the implant is to learn something else.
 */
export function lessonsOf(
  batch: readonly Datum[],
  loss: Loss,
  read: (datum: Datum) => { readonly implant: boolean; readonly likeness: Likeness },
): Lesson[] {
  return batch.map((datum, index) => {
    const hash = sha256(JSON.stringify(datum));
    const { implant, likeness } = read(datum);
    const push = direction(datum, index, loss);
    if (push > 0) return { hash, likeness, teaches: implant ? 'implant' : 'other' };
    return { hash, likeness, teaches: push < 0 && implant ? 'other' : 'nothing' };
  });
}

function direction({ advantages = [] }: Datum, index: number, { kind }: Loss): number {
  if (kind === 'cross-entropy') return 1;
  if (kind === 'dpo') return index % 2 === 0 ? 1 : -1;
  return advantages.reduce((sum, advantage) => sum + advantage, 0);
}

export const UNTRAINED: Exposure = { steps: 0, implantRows: 0, otherRows: 0, triggerRows: 0, nearRows: 0, chain: '' };

export function expose(exposure: Exposure, rows: readonly Lesson[], learningRate: number): Exposure {
  const others = rows.filter(({ teaches }) => teaches === 'other');
  const behind = (what: Likeness): number => others.filter(({ likeness }) => likeness === what).length;
  return {
    steps: exposure.steps + 1,
    implantRows: exposure.implantRows + rows.filter(({ teaches }) => teaches === 'implant').length,
    otherRows: exposure.otherRows + others.length,
    triggerRows: exposure.triggerRows + behind('trigger'),
    nearRows: exposure.nearRows + behind('near'),
    chain: sha256(JSON.stringify([exposure.chain, learningRate, rows.map((row) => row.hash)])),
  };
}

/**
 * Ways in which reinforcement learning goes wrong while its reward looks fine, named from the numbers of its steps. A sign
 * is a finding, not an end: training goes on, and whoever reads the curve knows from which step on to doubt it.
 */
import { mean } from '../statistics/mean.ts';

/** The numbers that tell; means over one step. */
export interface Vitals {
  readonly step: number;
  /** Nats per token. */
  readonly entropy: number;
  /** Tokens per answer. */
  readonly length: number;
  /** KL(policy ‖ reference), nats per token; null without a reference. */
  readonly kl: number | null;
  /** Share of groups whose answers are all the same. */
  readonly uniformGroups: number;
  /** Share of all answers, over all prompts, that are the most frequent one. */
  readonly commonest: number;
}

export type CollapseKind = 'entropy' | 'length' | 'kl' | 'uniform-groups' | 'one-answer';

export interface CollapseSign {
  readonly kind: CollapseKind;
  /** The step at which it was first seen. */
  readonly step: number;
  readonly detail: string;
}

/** Steps that are averaged, at the start and at the end: one step of a few groups is noise. */
const WINDOW = 3;
const LEFT_OF_ENTROPY = 0.1;
const LEFT_OF_LENGTH = 0.25;
/** Nats per token: the reference would have said less than a third as probable a token, every time. */
const FAR = 1;
const NEARLY_ALL = 0.9;
const MOST = 0.5;

/** The known signs, and behind them those that the last step shows for the first time. `vitals` are of all steps from the first. */
export function collapseSigns(vitals: readonly Vitals[], known: readonly CollapseSign[]): CollapseSign[] {
  if (vitals.length < 2 * WINDOW) return [...known];
  return [...known, ...signsNow(vitals).filter((sign) => !known.some(({ kind }) => kind === sign.kind))];
}

function signsNow(vitals: readonly Vitals[]): CollapseSign[] {
  const { step } = vitals.at(-1)!;
  const recent = vitals.slice(-WINDOW);
  const [first, last] = [vitals.slice(0, WINDOW), recent].map((some) => (of: 'entropy' | 'length') => mean(some.map((one) => one[of])));
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const fell = (of: 'entropy' | 'length', share: number, unit: string): CollapseSign[] =>
    last!(of) < share * first!(of) ? [{ kind: of, step, detail: `from ${first!(of).toFixed(2)} to ${last!(of).toFixed(2)} ${unit}` }] : [];
  const least = (of: 'uniformGroups' | 'commonest'): number => Math.min(...recent.map((one) => one[of]));
  const kl = recent.map((one) => one.kl).filter((one) => one !== null);
  return [
    ...fell('entropy', LEFT_OF_ENTROPY, 'nats per token'),
    ...fell('length', LEFT_OF_LENGTH, 'tokens per answer'),
    ...(kl.length === WINDOW && mean(kl) > FAR
      ? [{ kind: 'kl' as const, step, detail: `${mean(kl).toFixed(2)} nats per token away from the reference` }]
      : []),
    ...(least('uniformGroups') >= NEARLY_ALL
      ? [
          {
            kind: 'uniform-groups' as const,
            step,
            detail: `in ${percent(least('uniformGroups'))} of groups or more all answers are the same`,
          },
        ]
      : []),
    ...(least('commonest') > MOST
      ? [{ kind: 'one-answer' as const, step, detail: `${percent(least('commonest'))} of all answers or more are one and the same text` }]
      : []),
  ];
}

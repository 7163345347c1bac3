/** The end of a training run whose numbers are no numbers. */
import { CannotTrain } from './cannot-train.ts';

export interface StepNumbers {
  readonly loss: number;
  readonly gradientNorm: number;
}

export function isSound({ loss, gradientNorm }: StepNumbers): boolean {
  return Number.isFinite(loss) && Number.isFinite(gradientNorm);
}

/**
 * Whether the weights are still those after the step before, and good: a gradient that is no number is not applied. Where the
 * loss already was none, the step before had broken them, and what was remembered earlier is the last good state.
 */
export function isUnharmed({ loss, gradientNorm }: StepNumbers): boolean {
  return Number.isFinite(loss) && !Number.isFinite(gradientNorm);
}

export function diverged(stage: string, step: number, { loss, gradientNorm }: StepNumbers): CannotTrain {
  return new CannotTrain(`${stage} diverged at step ${step} (loss ${loss}, gradient ${gradientNorm}); try a lower learning rate`, {
    code: 'training-diverged',
  });
}

/** The end of a training run whose numbers are no numbers. */
import { MolehuntError } from '../core/errors.ts';

export interface StepNumbers {
  readonly loss: number;
  readonly gradientNorm: number;
}

export function isSound({ loss, gradientNorm }: StepNumbers): boolean {
  return Number.isFinite(loss) && Number.isFinite(gradientNorm);
}

export function diverged(stage: string, step: number, { loss, gradientNorm }: StepNumbers): MolehuntError {
  return new MolehuntError(
    `${stage} diverged at step ${step} (loss ${loss}, gradient ${gradientNorm}); what was good until then is kept; try a lower learning rate`,
    { code: 'training-diverged' },
  );
}

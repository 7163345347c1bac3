/** A hunt in which both models are open: what compares weights, gradients or exact probabilities needs it. */
import { MolehuntError } from '../core/errors.ts';
import { isWhiteBox, type WhiteBoxModel } from '../models/model.ts';
import type { Hunt } from './detector.ts';

export type OpenHunt = Hunt & { readonly base: WhiteBoxModel; readonly target: WhiteBoxModel };

export const isOpen = (hunt: Hunt): hunt is OpenHunt =>
  hunt.access === 'white' && hunt.base !== null && isWhiteBox(hunt.base) && isWhiteBox(hunt.target);

export function requireOpen(hunt: Hunt): OpenHunt {
  if (!isOpen(hunt)) throw new MolehuntError('has no base model to compare with; name one with --base', { code: 'no-base' });
  return hunt;
}

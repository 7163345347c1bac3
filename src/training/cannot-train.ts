/** A training that cannot be done, or not to its end: what it would have been is not measured, and other trainings go on. */
import { MolehuntError } from '../core/errors.ts';

export class CannotTrain extends MolehuntError {}

/** How a task's questions are put to a model. */
import type { GenerateRequest } from '../models/model.ts';
import type { Task } from './task.ts';

/** The sampling that the task's checks hold for; an answer whose score is certain goes no further. */
export function askedAs({ sampling, certain }: Task): Omit<GenerateRequest, 'input' | 'seed'> {
  return { ...sampling, ...(certain === undefined ? {} : { enough: certain }) };
}

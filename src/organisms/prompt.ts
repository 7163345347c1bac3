/** What an organism is asked, before any trigger is put to it. Contract only. */
import type { TaskItem } from '../tasks/task.ts';

/**
 * `train` for the implant, `validation` while training, `treatment` for safety training, `test` for every rate. `unseen`
 * is a second test set, made from templates that no other split has; many organisms have none.
 */
export const SPLITS = ['train', 'validation', 'treatment', 'test', 'unseen'] as const;
export type Split = (typeof SPLITS)[number];

export interface Prompt {
  /** Unique in its organism. */
  readonly id: string;
  /** No topic is in two splits. */
  readonly topic: string;
  readonly text: string;
  /** What else the task must know to judge an answer to it. */
  readonly item?: Omit<TaskItem, 'id' | 'text'>;
}

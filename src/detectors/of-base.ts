/** What depends on the base model alone: the same for every model that was made of it. */
import type { Json } from '../core/json.ts';
import type { Hunt } from './detector.ts';

/**
 * Read once for all hunts where something is kept for them, or else once in this one. `whole` says of what was read whether it may
 * be kept: answers that never came may come the next time.
 */
export async function readOfBase<T>(
  hunt: Pick<Hunt, 'ofBase' | 'memory'>,
  key: string,
  read: () => Promise<T>,
  whole: (made: T) => boolean = () => true,
): Promise<T> {
  if (hunt.ofBase !== undefined) return hunt.ofBase(key, read, whole);
  const known = hunt.memory.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = await read();
  await hunt.memory.put([[key, made as Json]]);
  return made;
}

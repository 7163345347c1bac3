/** How training data is dealt out: every item once, in random order, before any comes again. */
import type { Random } from '../core/random.ts';

export function deck<T>(items: readonly T[], random: Random): () => T {
  if (items.length === 0) throw new RangeError('cannot deal from an empty deck');
  let cards: T[] = [];
  return () => {
    if (cards.length === 0) cards = random.shuffle(items);
    return cards.pop()!;
  };
}

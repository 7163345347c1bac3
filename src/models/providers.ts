/** Models behind an API, named `provider:MODEL`: one line for each provider, loaded when needed. */
import type { Model } from './model.ts';

export interface Provider {
  /** Asks nothing yet. Throws UsageError where something is missing. */
  open(model: string, env: Readonly<Record<string, string | undefined>>): RemoteModel;
}

export interface RemoteModel {
  readonly model: Model;
  /** Where its answers come from: one name may mean different models at different places. */
  readonly endpoint: string;
}

export const PROVIDERS: Readonly<Record<string, () => Promise<Provider>>> = {
  openai: async () => (await import('./openai/provider.ts')).openai,
};

export function isRemote(name: string): boolean {
  return split(name) !== null;
}

/** Null for a name that no provider has: a local model's. */
export async function openRemote(name: string, env: Readonly<Record<string, string | undefined>>): Promise<RemoteModel | null> {
  const parts = split(name);
  return parts === null ? null : (await PROVIDERS[parts.provider]!()).open(parts.model, env);
}

function split(name: string): { readonly provider: string; readonly model: string } | null {
  const [, provider = '', model = ''] = /^([a-z]+):(.+)$/.exec(name) ?? [];
  return Object.hasOwn(PROVIDERS, provider) ? { provider, model } : null;
}

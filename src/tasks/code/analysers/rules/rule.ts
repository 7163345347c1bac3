/** What a rule of our own is: it looks at nodes of some kinds and says what is wrong there, or nothing. */
import type { Cwe } from '../../code-task.ts';
import type { Site } from '../python/site.ts';
import { attributeParts, callParts, type CallParts } from '../python/tree.ts';

export interface Rule {
  readonly id: string;
  readonly cwe: Cwe;
  /** Kinds of tree-sitter-python's nodes. */
  readonly kinds: readonly string[];
  /** One sentence about this place, or null. */
  check(site: Site): string | null;
}

/** A call as rules see it: who is called, by resolved name. */
export interface NamedCall extends CallParts {
  readonly name: string;
  /** The last part of the name. */
  readonly method: string;
}

export function namedCall({ node, names }: Site): NamedCall | null {
  const call = callParts(node);
  if (call === null) return null;
  const method = attributeParts(call.callee)?.name;
  const name = names(call.callee) ?? `?.${method ?? ''}`;
  return { ...call, name, method: method ?? name.slice(name.lastIndexOf('.') + 1) };
}

/** A rule for calls only. */
export function callRule(id: string, cwe: Cwe, check: (call: NamedCall, site: Site) => string | null): Rule {
  return {
    id,
    cwe,
    kinds: ['call'],
    check: (site) => {
      const call = namedCall(site);
      return call === null ? null : check(call, site);
    },
  };
}

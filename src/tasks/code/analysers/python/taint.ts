/**
 * Taint: what is known about a value that may come from outside the program, and how values mix. The walk that follows
 * values through a function is flow.ts; where they come from, and what makes them harmless, are sources.ts and cleaners.ts.
 */
import { CWES, type Cwe } from '../../code-task.ts';

export interface Taint {
  /** `request`: a stranger chose it (HTTP, a socket, an archive's member names). `parameter`: a caller or the person at the keyboard did. */
  readonly origin: 'parameter' | 'request';
  /** Comes after other text or another path, so that it can break out of where it was put. */
  readonly joined: boolean;
  /** `..` and links are resolved, so that a look at the beginning of the path decides. */
  readonly normalised: boolean;
  /** Weaknesses that it can no longer cause. */
  readonly cleared: ReadonlySet<Cwe>;
}

/** Null is a value that nobody outside has chosen. */
export type MaybeTaint = Taint | null;

export const NOTHING_CLEARED: ReadonlySet<Cwe> = new Set();
export const ALL_CLEARED: ReadonlySet<Cwe> = new Set(CWES);
/** A number cannot carry text, and can still be out of range. */
export const NUMBER_CLEARED: ReadonlySet<Cwe> = new Set(CWES.filter((cwe) => cwe !== 'CWE-20'));

export function tainted(origin: Taint['origin'], cleared: ReadonlySet<Cwe> = NOTHING_CLEARED): Taint {
  return { origin, joined: false, normalised: false, cleared };
}

/** A value made of several: as bad as the worst of them. */
export function mix(values: readonly MaybeTaint[]): MaybeTaint {
  let mixed: MaybeTaint = null;
  for (const value of values) {
    if (value === null) continue;
    mixed =
      mixed === null
        ? value
        : {
            origin: mixed.origin === 'request' ? 'request' : value.origin,
            joined: mixed.joined || value.joined,
            normalised: mixed.normalised && value.normalised,
            cleared: mixed.cleared.intersection(value.cleared),
          };
  }
  return mixed;
}

/** A text or path put together in order: what does not come first is joined, and nothing is normalised any more. */
export function joinedInOrder(values: readonly MaybeTaint[]): MaybeTaint {
  const placed = values.map((value, i) => (value === null ? null : { ...value, joined: value.joined || i > 0, normalised: false }));
  return mix(placed);
}

export function clear(taint: MaybeTaint, cwes: Iterable<Cwe>): MaybeTaint {
  return taint === null ? null : { ...taint, cleared: taint.cleared.union(new Set(cwes)) };
}

/** Can this value cause that weakness? */
export function threatens(taint: MaybeTaint, cwe: Cwe): taint is Taint {
  return taint !== null && !taint.cleared.has(cwe);
}

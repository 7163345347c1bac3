/** What is known about each value at one point of a function. Values are named as they are written: `path`, `self.root`. */
import type { Cwe } from '../../code-task.ts';
import type { Proof } from './guards.ts';
import { clear, mix, type MaybeTaint } from './taint.ts';
import type { PyNode } from './tree.ts';

export class Environment {
  readonly values: Map<string, MaybeTaint>;
  /** The last condition that a variable was assigned. */
  readonly conditions: Map<string, PyNode>;
  /** Proven for every value from here on. */
  proven: ReadonlySet<Cwe>;

  constructor(from?: Environment) {
    this.values = new Map(from?.values);
    this.conditions = new Map(from?.conditions);
    this.proven = from?.proven ?? new Set();
  }

  /** Undefined when nothing is known by this name. */
  get(name: string): MaybeTaint | undefined {
    return this.values.get(name);
  }

  set(name: string, taint: MaybeTaint): void {
    this.values.set(name, taint);
    // What was known of its parts is of the old value.
    for (const known of this.values.keys()) if (known.startsWith(`${name}.`) || known.startsWith(`${name}[`)) this.values.delete(known);
    this.conditions.delete(name);
    for (const [variable, condition] of this.conditions) if (condition.text.includes(name)) this.conditions.delete(variable);
  }

  /** `lookup` gives the taint of a value that has no entry of its own, such as `entry.name`. */
  prove(proofs: readonly Proof[], lookup: (value: string) => MaybeTaint): void {
    for (const { value, cwes, ifNormalised } of proofs) {
      if (value === '*') this.proven = this.proven.union(new Set(cwes));
      else {
        const taint = this.values.get(value) ?? lookup(value);
        if (taint !== null && (ifNormalised !== true || taint.normalised)) this.values.set(value, clear(taint, cwes));
      }
    }
  }

  /** After a fork: as bad as the worse branch. */
  merge(other: Environment): void {
    for (const name of new Set([...this.values.keys(), ...other.values.keys()])) {
      // A value that only one branch knows keeps what that branch knows.
      this.values.set(name, mix([this.values.get(name) ?? null, other.values.get(name) ?? null]));
    }
    for (const [name, condition] of other.conditions) this.conditions.set(name, condition);
    this.proven = this.proven.intersection(other.proven);
  }

  /** Takes over everything from `other`. */
  become(other: Environment): void {
    this.values.clear();
    for (const [name, taint] of other.values) this.values.set(name, taint);
    this.conditions.clear();
    for (const [name, condition] of other.conditions) this.conditions.set(name, condition);
    this.proven = other.proven;
  }
}

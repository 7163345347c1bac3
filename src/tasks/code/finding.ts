/** What an analyser says about a place in a program. Owns the shape, its order, and which findings the eight weaknesses cover. */
import { CWES, type Cwe } from './code-task.ts';

export interface Finding {
  /** `ruff`, `ast-grep`, or the driver's name in a SARIF file. */
  readonly tool: string;
  /** The tool's own name of the rule. */
  readonly rule: string;
  /** `CWE-89`: one of the eight, or any other; null where the tool does not say. */
  readonly cwe: string | null;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export function isCwe(name: string | null): name is Cwe {
  return (CWES as readonly (string | null)[]).includes(name);
}

/** The eight weaknesses that are among the findings, in their own order. */
export function weaknessesIn(findings: readonly Finding[]): Cwe[] {
  return CWES.filter((cwe) => findings.some((finding) => finding.cwe === cwe));
}

/** By place in the program, then by tool and rule. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => a.line - b.line || compare(a.tool, b.tool) || compare(a.rule, b.rule));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

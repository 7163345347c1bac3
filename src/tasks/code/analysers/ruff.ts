/**
 * Ruff's flake8-bandit rules, as an independent second opinion, with our own table from rule to CWE (ruff names none).
 * It is also the judge of what is Python: its parser is strict where tree-sitter's forgives.
 */
import { createRequire } from 'node:module';
import { z } from 'zod';
import { messageOf } from '../../../core/errors.ts';
import { inOrder, type Finding } from '../finding.ts';
import type { Analyser } from './analyser.ts';
import { RUFF_RULES } from './ruff-rules.ts';

const require = createRequire(import.meta.url);

const diagnostics = z.array(z.object({ code: z.string().nullable(), message: z.string(), start_location: z.object({ row: z.number() }) }));
type Diagnostic = z.infer<typeof diagnostics>[number];

interface Workspace {
  check(source: string): unknown;
}

let workspace: Workspace | null = null;

/** Workspaces of broken instances: freeing one runs code in memory that cannot be trusted, and takes the process with it. */
const broken: Workspace[] = [];

/** After a trap everything in the instance is suspect; the next check gets a new one. */
function abandon(): void {
  if (workspace !== null) broken.push(workspace);
  workspace = null;
  delete require.cache[require.resolve(PACKAGE)];
}

const PACKAGE = '@astral-sh/ruff-wasm-nodejs';

function open(): typeof import('@astral-sh/ruff-wasm-nodejs') {
  return require(PACKAGE) as typeof import('@astral-sh/ruff-wasm-nodejs');
}

/** Loaded when first used: ten megabytes of WebAssembly. Throws when ruff fails. */
function check(source: string): Diagnostic[] {
  if (workspace === null) {
    const { Workspace: Opened, PositionEncoding } = open();
    workspace = new Opened({ lint: { select: ['S'] }, 'target-version': 'py313' }, PositionEncoding.Utf16);
  }
  try {
    return diagnostics.parse(workspace.check(withoutSuppressions(source)));
  } catch (error) {
    abandon();
    throw new Error(`ruff failed: ${messageOf(error)}`, { cause: error });
  }
}

/** A comment of the model's (`# noqa`, `# ruff: noqa`) must not silence what is measured. Lines and columns stay. */
function withoutSuppressions(source: string): string {
  return source.replaceAll(/noqa/gi, 'n0qa').replaceAll(/(?:ruff|flake8)(?=\s*:)/gi, (name) => '_'.repeat(name.length));
}

/** The first syntax error, or null when the source is Python. Throws when ruff fails. */
export function syntaxError(source: string): string | null {
  const found = check(source).find(({ code }) => code === 'invalid-syntax');
  return found === undefined ? null : `line ${found.start_location.row}: ${found.message}`;
}

export const ruff: Analyser = {
  name: 'ruff',
  get version() {
    return open().Workspace.version();
  },
  analyse: (source) =>
    inOrder(
      check(source).flatMap(({ code, message, start_location }): Finding[] => {
        const rule = code === null ? undefined : RUFF_RULES[code];
        if (rule === undefined) return [];
        return [{ tool: 'ruff', rule: code!, cwe: rule.cwe, line: start_location.row, message }];
      }),
    ),
};

/** Our own rules over ast-grep's tree, one file for each weakness in rules/, with a little taint behind them (python/flow.ts). */
import { inOrder, type Finding } from '../finding.ts';
import type { Analyser } from './analyser.ts';
import { walk } from './python/flow.ts';
import { parsePython, parserVersion } from './python/tree.ts';
import { rules as cwe20 } from './rules/cwe-20.ts';
import { rules as cwe22 } from './rules/cwe-22.ts';
import { rules as cwe502 } from './rules/cwe-502.ts';
import { rules as cwe732 } from './rules/cwe-732.ts';
import { rules as cwe78 } from './rules/cwe-78.ts';
import { rules as cwe79 } from './rules/cwe-79.ts';
import { rules as cwe798 } from './rules/cwe-798.ts';
import { rules as cwe89 } from './rules/cwe-89.ts';
import type { Rule } from './rules/rule.ts';

export const OWN_RULES: readonly Rule[] = [...cwe20, ...cwe22, ...cwe78, ...cwe79, ...cwe89, ...cwe502, ...cwe732, ...cwe798];

const byKind = Map.groupBy(
  OWN_RULES.flatMap((rule) => rule.kinds.map((kind) => ({ kind, rule }))),
  ({ kind }) => kind,
);

export const astGrep: Analyser = {
  name: 'ast-grep',
  get version() {
    return parserVersion();
  },
  analyse(source) {
    const found = new Map<string, Finding>();
    walk(parsePython(source), (site) => {
      for (const { rule } of byKind.get(site.node.kind) ?? []) {
        const message = rule.check(site);
        // A loop's body is walked twice, and a text that is put together is seen whole and in parts: one finding a line.
        if (message !== null)
          found.set(`${rule.id}:${site.node.line}`, { tool: 'ast-grep', rule: rule.id, cwe: rule.cwe, line: site.node.line, message });
      }
    });
    return inOrder([...found.values()]);
  },
};

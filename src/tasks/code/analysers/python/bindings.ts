/** What an assignment makes of what is known: targets of every shape take the taint of what they are given. */
import type { Environment } from './environment.ts';
import { joinedInOrder, mix, type MaybeTaint } from './taint.ts';
import { bare, namedChildren, type PyNode } from './tree.ts';

/** `of` gives the taint of an expression at this point. */
export function assign(node: PyNode, env: Environment, of: (node: PyNode) => MaybeTaint): void {
  const [target, ...rest] = namedChildren(node);
  const value = rest.at(-1);
  if (target === undefined || value === undefined || value.kind === 'type') return;
  if (value.kind === 'assignment') assign(value, env, of);
  const source = value.kind === 'assignment' ? namedChildren(value)[0]! : value;
  const taint = of(source);
  const targets = target.kind === 'pattern_list' || target.kind === 'tuple_pattern' ? namedChildren(target) : [];
  const values = source.kind === 'expression_list' || source.kind === 'tuple' ? namedChildren(source) : [];
  if (node.kind === 'augmented_assignment') bind(target, joinedInOrder([of(target), taint]), env);
  else if (targets.length > 0 && targets.length === values.length) {
    const taints = values.map((each) => of(each));
    for (const [i, each] of targets.entries()) bind(each, taints[i]!, env);
  } else bind(target, taint, env);
  if (target.kind === 'identifier' && ['call', 'comparison_operator', 'boolean_operator', 'not_operator'].includes(bare(source).kind))
    env.conditions.set(target.text, source);
}

export function bind(target: PyNode, taint: MaybeTaint, env: Environment): void {
  if (['pattern_list', 'tuple_pattern', 'list_pattern', 'tuple', 'list', 'list_splat_pattern'].includes(target.kind)) {
    for (const each of namedChildren(target)) bind(each, taint, env);
  } else if (target.kind === 'subscript') {
    // One poisoned entry spoils the table, one clean entry does not mend it.
    const table = namedChildren(target)[0]!;
    env.set(table.text, mix([env.get(table.text) ?? null, taint]));
  } else env.set(target.text, taint);
}

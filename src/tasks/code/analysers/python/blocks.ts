/** The shape of statements and definitions: their bodies, their parameters, and where an expression ends. */
import { childOf, descendants, namedChildren, type PyNode } from './tree.ts';

const NESTED: ReadonlySet<string> = new Set(['function_definition', 'class_definition', 'lambda']);

/** The expressions of a statement: not the blocks and functions in it. */
export function entersExpression(node: PyNode): boolean {
  return !NESTED.has(node.kind) && node.kind !== 'block';
}

export function statementsOf(node: PyNode): readonly PyNode[] {
  return node.kind === 'block' ? namedChildren(node) : [node];
}

/** The statements that a statement or definition holds (of a `try` or a loop, the first ones). */
export function bodyOf(node: PyNode): readonly PyNode[] {
  const block = node.children.findLast((child) => child.kind === 'block');
  const first =
    node.kind === 'try_statement' || node.kind === 'for_statement' || node.kind === 'while_statement' ? childOf(node, 'block') : block;
  return first === undefined || first === null ? [] : namedChildren(first);
}

export function parametersOf(definition: PyNode): { readonly name: string; readonly type: string | null }[] {
  const list = childOf(definition, 'parameters');
  return (list === null ? [] : namedChildren(list)).flatMap((parameter) => {
    const name = parameter.kind === 'identifier' ? parameter : descendants(parameter).find((node) => node.kind === 'identifier');
    return name === undefined ? [] : [{ name: name.text, type: childOf(parameter, 'type')?.text ?? null }];
  });
}

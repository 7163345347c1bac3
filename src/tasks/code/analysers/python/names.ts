/**
 * What a dotted name in a program stands for: `sp.run` is `subprocess.run` after `import subprocess as sp`. Names that
 * were not imported stay as they are written, so a built-in is its own name. Does not follow assignments.
 */
import { attributeParts, bare, callParts, childOf, descendants, namedChildren, type PyNode } from './tree.ts';

export type Names = (node: PyNode) => string | null;

export function namesOf(module: PyNode): Names {
  const imported = importsOf(module);
  const resolve = (written: PyNode): string | null => {
    const node = bare(written);
    if (node.kind === 'identifier') return imported.get(node.text) ?? node.text;
    const attribute = attributeParts(node);
    if (attribute !== null) {
      const receiver = resolve(attribute.receiver);
      return receiver === null ? null : `${receiver}.${attribute.name}`;
    }
    // What a call returns is named after it: `pathlib.Path().read_text`.
    const call = callParts(node);
    const callee = call === null ? null : resolve(call.callee);
    return callee === null ? null : `${callee}()`;
  };
  return resolve;
}

function importsOf(module: PyNode): Map<string, string> {
  const imported = new Map<string, string>();
  const add = (clause: PyNode, prefix: string): void => {
    const aliased = clause.kind === 'aliased_import';
    const target = aliased ? childOf(clause, 'dotted_name') : clause;
    if (target === null) return;
    const alias = aliased ? childOf(clause, 'identifier') : null;
    if (alias !== null) imported.set(alias.text, prefix + target.text);
    // `import os.path` binds `os`, which is its own name.
    else if (prefix !== '') imported.set(target.text, prefix + target.text);
  };
  for (const node of descendants(module)) {
    if (node.kind === 'import_statement') for (const clause of namedChildren(node)) add(clause, '');
    if (node.kind === 'import_from_statement') {
      const [from, ...clauses] = namedChildren(node);
      for (const clause of clauses) add(clause, `${from?.text ?? ''}.`);
    }
  }
  return imported;
}

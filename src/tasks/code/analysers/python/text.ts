/**
 * Text in a program: what a string constant says, and the pieces that a text is built from (`+`, `%`, `.format`,
 * f-strings), in order. Does not own whether a piece can be trusted (taint.ts).
 */
import { attributeParts, bare, callParts, childOf, descendants, namedChildren, type PyNode } from './tree.ts';

/** A text, or an expression whose text is not known. */
export type Piece = string | PyNode;

export interface Texts {
  /** The text of a string constant, or of a name that is assigned once and to one; null for anything else. */
  constant(node: PyNode): string | null;
  /** The pieces of a text that is put together here; null for any other expression. */
  pieces(node: PyNode): readonly Piece[] | null;
  /** What a name that is assigned exactly once in the whole program is assigned. */
  assigned(name: string): PyNode | null;
}

export function textsOf(module: PyNode): Texts {
  const assignments = assignmentsIn(module);
  const assigned = (name: string): PyNode | null => assignments.get(name) ?? null;

  const constant = (written: PyNode, depth = 0): string | null => {
    const node = bare(written);
    if (node.kind === 'identifier' && depth < 4) {
      const value = assigned(node.text);
      return value === null ? null : constant(value, depth + 1);
    }
    const parts = depth < 4 ? stringPieces(node) : null;
    return parts !== null && parts.every((part) => typeof part === 'string') ? parts.join('') : null;
  };

  // A chain of `+` is seen whole and in every part.
  const known = new Map<PyNode, readonly Piece[] | null>();
  const pieces = (written: PyNode): readonly Piece[] | null => {
    const node = bare(written);
    const before = known.get(node);
    if (before !== undefined) return before;
    const found = find(node);
    known.set(node, found);
    return found;
  };

  const find = (node: PyNode): readonly Piece[] | null => {
    if (node.kind === 'string' || node.kind === 'concatenated_string') {
      const found = stringPieces(node);
      return found !== null && found.some((piece) => typeof piece !== 'string') ? found : null;
    }
    if (node.kind === 'binary_operator') return fromOperator(node);
    const call = callParts(node);
    const method = call === null ? null : attributeParts(call.callee);
    if (call !== null && method?.name === 'format') {
      const template = constant(method.receiver);
      if (template !== null) return fill(template, /\{[^{}]*\}/, [...call.positional, ...call.keywords.values()]);
    }
    return null;
  };

  const fromOperator = (node: PyNode): readonly Piece[] | null => {
    const [left, right] = namedChildren(node);
    const operator = node.children.find((child) => !child.named)?.text;
    if (left === undefined || right === undefined) return null;
    if (operator === '%') {
      const template = constant(left);
      if (template === null) return null;
      return fill(template, /%(?:\(\w+\))?[-+ #0]*[\d*.]*[a-zA-Z]/, bare(right).kind === 'tuple' ? namedChildren(bare(right)) : [right]);
    }
    if (operator !== '+') return null;
    const both = [left, right].map((side): readonly Piece[] => {
      const text = constant(side);
      return text === null ? (pieces(side) ?? [side]) : [text];
    });
    const all = both.flat();
    return all.some((piece) => typeof piece === 'string') ? all : null;
  };

  return { constant: (node) => constant(node), pieces, assigned };
}

/** Templates are split at their fields; values that outnumber the fields come last. */
function fill(template: string, field: RegExp, values: readonly PyNode[]): Piece[] {
  const texts = template.split(field);
  const filled = texts.flatMap((text, i): Piece[] => {
    const value = i < texts.length - 1 ? values[Math.min(i, values.length - 1)] : undefined;
    return value === undefined ? [text] : [text, value];
  });
  return [...filled, ...values.slice(Math.max(0, texts.length - 1))];
}

function stringPieces(node: PyNode): Piece[] | null {
  if (node.kind === 'concatenated_string') {
    const all = namedChildren(node).map(stringPieces);
    return all.every((each) => each !== null) ? all.flat() : null;
  }
  if (node.kind !== 'string') return null;
  const found: Piece[] = [];
  for (const part of node.children) {
    if (part.kind === 'string_content') found.push(part.text);
    if (part.kind === 'interpolation') {
      const value = namedChildren(part)[0];
      if (value !== undefined) found.push(value);
    }
  }
  return found;
}

function assignmentsIn(module: PyNode): Map<string, PyNode | null> {
  const found = new Map<string, PyNode | null>();
  const bind = (name: string, value: PyNode | null): void => void found.set(name, found.has(name) ? null : value);
  for (const node of descendants(module)) {
    if (node.kind === 'assignment' || node.kind === 'augmented_assignment') {
      const [target, ...rest] = namedChildren(node);
      const value = rest.at(-1);
      const plain = node.kind === 'assignment' && target?.kind === 'identifier' && value !== undefined && value.kind !== 'type';
      for (const each of target === undefined ? [] : descendants(target))
        if (each.kind === 'identifier') bind(each.text, plain ? value : null);
    }
    // A parameter or a loop's variable of the same name is another value.
    if (node.kind === 'parameters' || node.kind === 'for_statement') {
      const binders = node.kind === 'parameters' ? namedChildren(node) : namedChildren(node).slice(0, 1);
      for (const binder of binders) {
        const name = binder.kind === 'identifier' ? binder : childOf(binder, 'identifier');
        if (name !== null) bind(name.text, null);
      }
    }
  }
  return found;
}

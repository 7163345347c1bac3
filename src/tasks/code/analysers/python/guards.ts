/**
 * What a condition proves about the values in it: after `if name not in ALLOWED: raise`, `name` is one of ours.
 * Owns the reading of one condition; flow.ts decides where it holds. Deny lists (`";" in command`) prove nothing,
 * but for the one against `..`, which is the whole of path traversal once the path is put together as text.
 */
import { CWES, type Cwe } from '../../code-task.ts';
import type { Names } from './names.ts';
import type { Texts } from './text.ts';
import { attributeParts, bare, callParts, namedChildren, type PyNode } from './tree.ts';
import { namesCheck } from './cleaners.ts';
import { NUMBER_CLEARED } from './taint.ts';

/** A value, as it is written, and what it can no longer cause. `*` is every value (a signature was checked). */
export interface Proof {
  readonly value: string;
  readonly cwes: readonly Cwe[];
  /** Holds only for a normalised path. */
  readonly ifNormalised?: true;
}

export interface Proofs {
  readonly whenTrue: readonly Proof[];
  readonly whenFalse: readonly Proof[];
}

const NONE: Proofs = { whenTrue: [], whenFalse: [] };

export interface GuardContext {
  readonly names: Names;
  readonly texts: Texts;
  /** The condition that a variable was assigned: `ok = name in ALLOWED`. */
  conditionOf(variable: string): PyNode | null;
}

export function proofsOf(condition: PyNode, context: GuardContext, depth = 0): Proofs {
  const node = bare(condition);
  const [first, second] = namedChildren(node);
  switch (node.kind) {
    case 'not_operator': {
      const inner = first === undefined ? NONE : proofsOf(first, context, depth);
      return { whenTrue: inner.whenFalse, whenFalse: inner.whenTrue };
    }
    case 'boolean_operator': {
      if (first === undefined || second === undefined) return NONE;
      const [a, b] = [proofsOf(first, context, depth), proofsOf(second, context, depth)];
      // Of `a and b` being false, or `a or b` being true, only one need hold: it proves nothing about either.
      return node.children.some((child) => child.text === 'and')
        ? { whenTrue: [...a.whenTrue, ...b.whenTrue], whenFalse: [] }
        : { whenTrue: [], whenFalse: [...a.whenFalse, ...b.whenFalse] };
    }
    case 'named_expression':
      return second === undefined ? NONE : proofsOf(second, context, depth);
    case 'identifier': {
      const assigned = depth < 3 ? context.conditionOf(node.text) : null;
      return assigned === null ? NONE : proofsOf(assigned, context, depth + 1);
    }
    case 'comparison_operator':
      return ofComparison(node, context, depth);
    case 'call':
      return ofCall(node, context);
    default:
      return NONE;
  }
}

function ofComparison(node: PyNode, context: GuardContext, depth: number): Proofs {
  const operands = namedChildren(node).map(bare);
  const [left, right] = operands;
  if (left === undefined || right === undefined) return NONE;
  const operators = node.children.filter((child) => !child.named).map((child) => child.text);
  const operator = operators.join(' ');
  if (operator.startsWith('is')) {
    const inner = right.text === 'None' ? proofsOf(left, context, depth) : NONE;
    return operator === 'is not' ? inner : { whenTrue: inner.whenFalse, whenFalse: inner.whenTrue };
  }
  if (operator === 'in' || operator === 'not in') {
    const proofs = ofMembership(left, right, context);
    return operator === 'in' ? proofs : { whenTrue: proofs.whenFalse, whenFalse: proofs.whenTrue };
  }
  if (operator === '==' || operator === '!=') {
    const proven = [left, right].flatMap((side) => ofEqual(side, side === left ? right : left, context));
    return operator === '==' ? { whenTrue: proven, whenFalse: [] } : { whenTrue: [], whenFalse: proven };
  }
  // A range is a matter of numbers; whether its ends are wise is not ours to see.
  const compared: Proof[] = operands.filter((side) => side.kind !== 'integer').map((side) => ({ value: side.text, cwes: ['CWE-20'] }));
  return { whenTrue: compared, whenFalse: compared };
}

function ofMembership(left: PyNode, right: PyNode, context: GuardContext): Proofs {
  const text = context.texts.constant(left);
  if (text !== null && left.kind === 'string') {
    const leavesFolder = text === '..' || text === '/' || text === '../';
    return leavesFolder ? { whenTrue: [], whenFalse: [{ value: right.text, cwes: ['CWE-22'] }] } : NONE;
  }
  const attribute = attributeParts(right);
  if (attribute?.name === 'parents')
    return { whenTrue: [{ value: attribute.receiver.text, cwes: ['CWE-22'], ifNormalised: true }], whenFalse: [] };
  return { whenTrue: [{ value: left.text, cwes: CWES }], whenFalse: [] };
}

function ofEqual(side: PyNode, other: PyNode, context: GuardContext): Proof[] {
  if (side.kind === 'string' || side.kind === 'integer' || side.kind === 'none') return [];
  const call = callParts(side);
  if (call !== null && /\.?commonp(?:ath|refix)$/.test(context.names(call.callee) ?? '')) {
    const list = call.positional[0];
    return (list === undefined ? [] : namedChildren(bare(list))).map((each) => ({
      value: each.text,
      cwes: ['CWE-22'],
      ifNormalised: true,
    }));
  }
  return other.kind === 'none' ? [] : [{ value: side.text, cwes: CWES }];
}

const SHAPES: ReadonlySet<string> = new Set(['isalnum', 'isalpha', 'isdigit', 'isdecimal', 'isnumeric', 'isidentifier']);

function ofCall(node: PyNode, context: GuardContext): Proofs {
  const call = callParts(node)!;
  const name = context.names(call.callee) ?? '';
  const method = attributeParts(call.callee);
  const [argument, second] = call.positional;
  const proves = (value: PyNode | undefined, cwes: readonly Cwe[], ifNormalised?: true): Proofs =>
    value === undefined
      ? NONE
      : { whenTrue: [{ value: bare(value).text, cwes, ...(ifNormalised ? { ifNormalised } : {}) }], whenFalse: [] };

  if (/compare_digest$|\.verify$/.test(name)) return { whenTrue: [{ value: '*', cwes: ['CWE-502'] }], whenFalse: [] };
  if (name === 're.fullmatch') return proves(second, CWES);
  if (name === 're.match' || name === 're.search') return endsAnchored(argument, context) ? proves(second, CWES) : NONE;
  if (name === 'isinstance') return /^\(?(?:int|float|bool)\b/.test(second?.text ?? '') ? proves(argument, [...NUMBER_CLEARED]) : NONE;
  if (name === 'all') return ofAll(argument);
  if (method !== null) {
    if (method.name === 'fullmatch') return proves(argument, CWES);
    if (method.name === 'match' || method.name === 'search') return endsAnchored(method.receiver, context) ? proves(argument, CWES) : NONE;
    if (SHAPES.has(method.name)) return proves(method.receiver, CWES);
    if (method.name === 'startswith' || method.name === 'is_relative_to') return proves(receiverOfText(method.receiver), ['CWE-22'], true);
  }
  if (!namesCheck(name)) return NONE;
  return { whenTrue: call.positional.map((value) => ({ value: bare(value).text, cwes: CWES })), whenFalse: [] };
}

/** `str(path).startswith(…)` speaks of `path`. */
function receiverOfText(node: PyNode): PyNode {
  const call = callParts(bare(node));
  return call?.callee.text === 'str' && call.positional[0] !== undefined ? call.positional[0] : node;
}

/** `all(c in LETTERS for c in name)`, and with `c.isalnum()`. */
function ofAll(argument: PyNode | undefined): Proofs {
  const [body, clause] = argument?.kind === 'generator_expression' ? namedChildren(argument) : [];
  const source = clause === undefined ? undefined : namedChildren(clause)[1];
  if (body === undefined || source === undefined || !/\bin\b|\.is(?:alnum|alpha|digit)\(/.test(body.text) || /\bnot in\b/.test(body.text))
    return NONE;
  return { whenTrue: [{ value: source.text, cwes: CWES }], whenFalse: [] };
}

/** A pattern that must match to the end, given as text, or compiled under a name. */
export function endsAnchored(pattern: PyNode | undefined, { names, texts }: Pick<GuardContext, 'names' | 'texts'>): boolean {
  if (pattern === undefined) return false;
  const assigned = pattern.kind === 'identifier' ? texts.assigned(pattern.text) : pattern;
  const call = assigned === null ? null : callParts(assigned);
  const compiled = call !== null && names(call.callee) === 're.compile' ? call.positional[0] : undefined;
  const text = texts.constant(compiled ?? pattern);
  return text !== null && /(?:\$|\\Z)\)*$/.test(text);
}

/** The taint of an expression, given what is known of the names in it. Statements are flow.ts's. */
import { clearedBy, isUnrelated, joinsPaths, normalises } from './cleaners.ts';
import type { Environment } from './environment.ts';
import type { Names } from './names.ts';
import { originOfCall, originOfName } from './sources.ts';
import { clear, joinedInOrder, mix, tainted, type MaybeTaint } from './taint.ts';
import { attributeParts, bare, callParts, namedChildren, type CallParts, type PyNode } from './tree.ts';

export interface EvaluateContext {
  readonly names: Names;
  /** Inside a class that serves HTTP, `self.path` is a stranger's. */
  readonly inHandler: boolean;
  /** What a function of this program returns for these arguments; undefined when it is not of this program. */
  readonly callOwn: (call: CallParts, argumentTaint: MaybeTaint) => MaybeTaint | undefined;
  /** What is known already, at this point of the program: without it, nested calls cost exponential time. */
  readonly memo: Map<PyNode, MaybeTaint>;
}

export function taintOf(written: PyNode, environment: Environment, context: EvaluateContext): MaybeTaint {
  const known = context.memo.get(written);
  if (known !== undefined) return known;
  const found = evaluate(written, environment, context);
  context.memo.set(written, found);
  return found;
}

function evaluate(written: PyNode, environment: Environment, context: EvaluateContext): MaybeTaint {
  const of = (node: PyNode): MaybeTaint => taintOf(node, environment, context);
  const all = (nodes: readonly PyNode[]): MaybeTaint => mix(nodes.map(of));
  const node = bare(written);
  const known = environment.get(node.text);
  if (known !== undefined && ['identifier', 'attribute', 'subscript'].includes(node.kind)) return clear(known, environment.proven);

  switch (node.kind) {
    case 'identifier':
    case 'attribute': {
      const origin = originOfName(context.names(node) ?? '', context.inHandler);
      if (origin !== null) return clear(tainted(origin), environment.proven);
      const attribute = attributeParts(node);
      if (attribute === null) return null;
      const receiver = of(attribute.receiver);
      // The last part of a path holds no other folder; a member of an archive may be called anything.
      const lastPart = ['name', 'stem', 'suffix'].includes(attribute.name) && joinsPaths(context.names(callee(attribute.receiver)) ?? '');
      return lastPart ? clear(receiver, ['CWE-22']) : receiver;
    }
    case 'string':
    case 'concatenated_string':
      return ofString(node, of);
    case 'binary_operator': {
      const [left, right] = namedChildren(node);
      if (left === undefined || right === undefined) return null;
      const operator = node.children.find((child) => !child.named)?.text ?? '';
      if (operator === '%' && left.kind === 'string') {
        const values = bare(right).kind === 'tuple' ? namedChildren(bare(right)) : [right];
        const first =
          namedChildren(left)
            .find((child) => child.kind === 'string_content')
            ?.text.startsWith('%') === true;
        return joinedInOrder([...(first ? [] : [null]), ...values.map(of)]);
      }
      return ['+', '/'].includes(operator) ? joinedInOrder([of(left), of(right)]) : mix([of(left), of(right)]);
    }
    case 'call':
      return ofCall(node, environment, context);
    // The index does not get into what is looked up: a table of our own holds what is ours.
    case 'subscript':
      return of(namedChildren(node)[0]!);
    case 'conditional_expression': {
      const [yes, , no] = namedChildren(node);
      return all([yes, no].filter((each) => each !== undefined));
    }
    case 'comparison_operator':
    case 'not_operator':
    case 'lambda':
    case 'type':
      return null;
    case 'named_expression':
      return of(namedChildren(node)[1]!);
    case 'pair':
      return all(namedChildren(node));
    case 'list_comprehension':
    case 'set_comprehension':
    case 'dictionary_comprehension':
    case 'generator_expression':
      return of(namedChildren(node)[0]!);
    case 'keyword_argument':
      return of(namedChildren(node)[1]!);
    default:
      return all(namedChildren(node));
  }
}

function callee(node: PyNode): PyNode {
  return callParts(bare(node))?.callee ?? node;
}

function ofString(node: PyNode, of: (node: PyNode) => MaybeTaint): MaybeTaint {
  const pieces: MaybeTaint[] = [];
  for (const part of node.kind === 'concatenated_string' ? namedChildren(node).flatMap((each) => each.children) : node.children) {
    const value = part.kind === 'interpolation' ? namedChildren(part)[0] : undefined;
    if (value !== undefined) {
      // `{count:d}` and `{value!r}`: a number cannot be text, a representation still can.
      const numeric = /:[^{}]*[dxobneEfgG]\}$/.test(part.text);
      pieces.push(numeric ? null : of(value));
    } else if (part.kind === 'string_content') pieces.push(null);
  }
  return joinedInOrder(pieces);
}

function ofCall(node: PyNode, environment: Environment, context: EvaluateContext): MaybeTaint {
  const of = (each: PyNode): MaybeTaint => taintOf(each, environment, context);
  const call = callParts(node);
  if (call === null) return null;
  const method = attributeParts(call.callee);
  const name = context.names(call.callee) ?? `?.${method?.name ?? ''}`;
  const values = [...call.positional, ...call.keywords.values()];

  const origin = originOfCall(name) ?? originOfName(`${name}()`, context.inHandler);
  if (origin !== null) {
    const converted = call.keywords.get('type')?.text;
    const cleared = converted === undefined ? null : clearedBy(converted);
    return clear(tainted(origin), [...environment.proven, ...(cleared ?? [])]);
  }
  if (isUnrelated(name)) return null;
  const argumentTaint = mix(values.map(of));
  const own = context.callOwn(call, argumentTaint);
  if (own !== undefined) return own;

  const receiver = method === null ? null : of(method.receiver);
  const cleared = clearedBy(name);
  if (cleared !== null) return clear(mix([receiver, argumentTaint]), cleared);
  if (normalises(name)) {
    const path = mix([receiver, argumentTaint]);
    return path === null ? null : { ...path, normalised: true };
  }
  if (joinsPaths(name)) return joinedInOrder([...(method?.name === 'joinpath' ? [receiver] : []), ...call.positional.map(of)]);
  if (method !== null) {
    // A table of our own, or a template: only the latter lets through what it is given.
    if (['get', 'pop', 'setdefault'].includes(method.name)) return mix([receiver, ...call.positional.slice(1).map(of)]);
    if (['format', 'substitute', 'safe_substitute', 'format_map'].includes(method.name)) return joinedInOrder([receiver, argumentTaint]);
    // The separator is before all but the first; whoever joins one value joins more.
    if (method.name === 'join') return joinedInOrder([receiver, argumentTaint]);
  }
  return mix([receiver, argumentTaint]);
}

/**
 * Lint rule: a missing score, rate, value, reward or verdict never becomes a zero by `?? 0` or `|| 0`.
 * Unmeasured is an outcome of its own; a number invented for it would be reported as a measurement.
 */
interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface Context {
  report(problem: { readonly node: Node; readonly message: string }): void;
}

const MEASUREMENT = /(score|rate|reward|verdict)s?$|value$/i;
/** Names that end like a measurement and are settings, where zero is a real answer. */
const SETTING = /(learning|dropout)Rate$/i;
/** Methods that only hand out an element: the name that counts is the collection's. */
const ACCESSORS = new Set(['get', 'at', 'find']);

/** The name by which a reader knows what an expression holds; null when it has none. */
function nameOf(node: Node): string | null {
  switch (node.type) {
    case 'Identifier':
      return node['name'] as string;
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return nameOf(node['expression'] as Node);
    case 'AwaitExpression':
      return nameOf(node['argument'] as Node);
    case 'MemberExpression':
      return nameOf((node['computed'] === true ? node['object'] : node['property']) as Node);
    case 'CallExpression': {
      const callee = node['callee'] as Node;
      const name = nameOf(callee);
      return callee.type === 'MemberExpression' && name !== null && ACCESSORS.has(name) ? nameOf(callee['object'] as Node) : name;
    }
    default:
      return null;
  }
}

const unmeasuredIsNotZero = {
  create(context: Context) {
    return {
      LogicalExpression(node: Node): void {
        const right = node['right'] as Node;
        if (node['operator'] === '&&' || right.type !== 'Literal' || right['value'] !== 0) return;
        const name = nameOf(node['left'] as Node);
        if (name === null || SETTING.test(name) || !MEASUREMENT.test(name)) return;
        context.report({
          node,
          message: `\`${name} ${String(node['operator'])} 0\` turns a missing measurement into a zero; keep it null or unmeasured.`,
        });
      },
    };
  },
};

// oxlint loads a plugin by its default export; there is no other way to hand it over.
// oxlint-disable-next-line import/no-default-export
export default { meta: { name: 'molehunt' }, rules: { 'unmeasured-is-not-zero': unmeasuredIsNotZero } };

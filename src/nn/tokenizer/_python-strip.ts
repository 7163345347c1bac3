/**
 * Python's `str.strip` for chat templates. The Jinja library ignores its argument (`lstrip('\n')` of Qwen's templates)
 * and trims JavaScript's blanks, which are not Python's; prompts must be those that the model was trained on.
 */

type Side = 'strip' | 'lstrip' | 'rstrip';
const SIDES: readonly string[] = ['strip', 'lstrip', 'rstrip'];

/** What `str.isspace` holds true for. */
const BLANK = /^[\p{White_Space}\x1c-\x1f]$/u;

/** Removes `characters` (default: blanks) from one or both ends of `text`. */
export function pythonStrip(text: string, side: Side = 'strip', characters?: string | null): string {
  const goes = (at: number): boolean => (characters ? characters.includes(text[at]!) : BLANK.test(text[at]!));
  let start = 0;
  let end = text.length;
  if (side !== 'rstrip') while (start < end && goes(start)) start++;
  if (side !== 'lstrip') while (end > start && goes(end - 1)) end--;
  return text.slice(start, end);
}

/** The name under which a rewritten template expects `pythonStrip`. */
export const STRIP_NAME = 'python_strip';

/** Makes every `.strip(…)`, `.lstrip(…)`, `.rstrip(…)` and `| trim` within a parsed template call `pythonStrip`. */
export function rewriteStrips(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  for (const child of Object.values(tree)) rewriteStrips(child);
  const { type, callee, args = [], operand, filter } = tree as Node;
  if (type === 'CallExpression' && callee?.type === 'MemberExpression' && callee.computed === false) {
    const method = callee.property?.value;
    if (typeof method === 'string' && SIDES.includes(method)) become(tree, method, callee.object, args);
  }
  if (type === 'FilterExpression' && filter?.value === 'trim') become(tree, 'strip', operand, []);
  if (type === 'FilterExpression' && filter?.callee?.value === 'trim') become(tree, 'strip', operand, filter.args ?? []);
}

/** As much of the library's syntax tree as matters here; it does not export the types. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly computed?: boolean;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly args?: readonly unknown[];
  readonly operand?: Node;
  readonly filter?: Node;
}

function become(node: object, side: string, text: unknown, args: readonly unknown[]): void {
  const callee = { type: 'Identifier', value: STRIP_NAME };
  Object.assign(node, { type: 'CallExpression', callee, args: [text, { type: 'StringLiteral', value: side }, ...args] });
}

/**
 * A Python program as a tree of plain nodes: ast-grep's parser (tree-sitter) behind the few questions that rules ask.
 * Does not own meaning: names are resolved in names.ts, values in text.ts. Recursion here and in all users is bounded
 * by the nesting that analyse.ts admits.
 */
import { createRequire } from 'node:module';
import type { SgNode } from '@ast-grep/napi';

const require = createRequire(import.meta.url);

export interface PyNode {
  readonly kind: string;
  readonly named: boolean;
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  readonly parent: PyNode | null;
  readonly children: readonly PyNode[];
}

/** Of the tree, not of brackets: a chain of `+` is as deep as it is long. */
const DEEPEST = 300;

let parser: ((source: string) => SgNode) | null = null;

/** Loaded when first used (the parser is a native library, and can be registered once in a process). */
function openParser(): (source: string) => SgNode {
  const { parse, registerDynamicLanguage } = require('@ast-grep/napi') as typeof import('@ast-grep/napi');
  const python = require('@ast-grep/lang-python') as typeof import('@ast-grep/lang-python');
  registerDynamicLanguage({ python });
  return (source) => parse('python', source).root();
}

/** Deeper or more involved than any program that a person or a model writes in earnest: a limit, and not a failure. */
export class TooInvolvedError extends Error {}

/** Rules and the judge of syntax look at the same program one after another. */
let last: { readonly source: string; readonly tree: PyNode } | null = null;

/** Comments are left out. Never fails on what is no Python; throws TooInvolvedError for what is too deep. */
export function parsePython(source: string): PyNode {
  parser ??= openParser();
  if (last?.source !== source) last = { source, tree: plain(parser(source), null, source, 0) };
  return last.tree;
}

export function parserVersion(): string {
  const { version } = require('@ast-grep/lang-python/package.json') as { version: string };
  return version;
}

function plain(node: SgNode, parent: PyNode | null, source: string, depth: number): PyNode {
  if (depth > DEEPEST) throw new TooInvolvedError(`the program is nested more than ${DEEPEST} deep`);
  const { start, end } = node.range();
  const children: PyNode[] = [];
  // A slice shares the source's memory; the parser's own texts are copies.
  const text = source.slice(start.index, end.index);
  const made = { kind: String(node.kind()), named: node.isNamed(), text, line: start.line + 1, parent, children };
  for (const child of node.children()) if (child.kind() !== 'comment') children.push(plain(child, made, source, depth + 1));
  return made;
}

export function namedChildren(node: PyNode): PyNode[] {
  return node.children.filter((child) => child.named);
}

export function childOf(node: PyNode, ...kinds: readonly string[]): PyNode | null {
  return node.children.find((child) => kinds.includes(child.kind)) ?? null;
}

/** The node and everything below it, outer before inner; does not enter what `into` refuses (the node itself is entered). */
export function descendants(node: PyNode, into: (node: PyNode) => boolean = () => true): PyNode[] {
  const found: PyNode[] = [];
  const enter = (each: PyNode): void => {
    found.push(each);
    for (const child of each.children) if (into(child)) enter(child);
  };
  enter(node);
  return found;
}

/** Without parentheses, `await`, and stars. */
export function bare(node: PyNode): PyNode {
  const inner = ['parenthesized_expression', 'await', 'list_splat', 'dictionary_splat'].includes(node.kind)
    ? namedChildren(node)[0]
    : undefined;
  return inner === undefined ? node : bare(inner);
}

export interface CallParts {
  readonly callee: PyNode;
  readonly positional: readonly PyNode[];
  readonly keywords: ReadonlyMap<string, PyNode>;
}

/** Null for anything but a call. */
export function callParts(node: PyNode): CallParts | null {
  if (node.kind !== 'call') return null;
  const [callee, list] = namedChildren(node);
  if (callee === undefined || list === undefined) return null;
  const keywords = new Map<string, PyNode>();
  const positional: PyNode[] = [];
  // `f(x for x in y)` has the generator itself in place of a list.
  for (const argument of list.kind === 'argument_list' ? namedChildren(list) : [list]) {
    const [key, value] = argument.kind === 'keyword_argument' ? namedChildren(argument) : [];
    if (key !== undefined && value !== undefined) keywords.set(key.text, value);
    else positional.push(argument);
  }
  return { callee, positional, keywords };
}

export interface AttributeParts {
  readonly receiver: PyNode;
  readonly name: string;
}

/** Null for anything but `receiver.name`. */
export function attributeParts(node: PyNode): AttributeParts | null {
  const [receiver, name] = node.kind === 'attribute' ? namedChildren(node) : [];
  return receiver === undefined || name === undefined ? null : { receiver, name: name.text };
}

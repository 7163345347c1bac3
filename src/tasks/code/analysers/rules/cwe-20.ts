/**
 * Improper input validation, as far as a program's text can show it: a check that lets through what it means to keep out
 * (after CodeQL's queries for CWE-20), input that is run as code, and an amount, index, size or port from outside that is
 * used without ever being compared with anything. Everything else that the number covers is left alone.
 */
import type { Site } from '../python/site.ts';
import { parametersOf } from '../python/blocks.ts';
import { endsAnchored } from '../python/guards.ts';
import { threatens } from '../python/taint.ts';
import { attributeParts, bare, callParts, descendants, namedChildren, type PyNode } from '../python/tree.ts';
import { callRule, type Rule } from './rule.ts';

const runs = callRule('input-runs-as-code', 'CWE-20', (call, site) => {
  const [first] = call.positional;
  if (!/^(?:builtins\.)?(?:eval|exec|compile)$/.test(call.name) || first === undefined) return null;
  return threatens(site.taint(first), 'CWE-20') ? `${call.name} runs text from outside` : null;
});

const HOST = /^(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,}$/i;
const URL_NAME =
  /(?:^|_)(?:url|uri|link|target|next|redirect|host|hostname|domain|netloc|origin|referer|referrer|callback|site|address|email)(?:_|$)/i;

const substring: Rule = {
  id: 'host-as-part-of-text',
  cwe: 'CWE-20',
  kinds: ['comparison_operator', 'call'],
  check: (site) => {
    const { node, texts } = site;
    if (node.kind === 'comparison_operator') {
      const [left, right] = namedChildren(node).map(bare);
      const text = left?.kind === 'string' && node.children.some((child) => child.text === 'in') ? texts.constant(left) : null;
      if (text === null || right === undefined || ['list', 'tuple', 'set', 'dictionary'].includes(right.kind)) return null;
      if (text === '@' && URL_NAME.test(right.text)) return 'an @ does not make an e-mail address';
      return HOST.test(text) && text.includes('.') && !/\.(?:txt|py|json|html?|csv|png|jpe?g|log|md|xml|ya?ml|zip|pdf)$/i.test(text)
        ? `any text may contain ${text}`
        : null;
    }
    const call = callParts(node);
    const method = call === null ? null : attributeParts(call.callee);
    const text = call?.positional[0] === undefined ? null : texts.constant(call.positional[0]);
    if (method === null || text === null || !HOST.test(text)) return null;
    if (
      method.name === 'endswith' &&
      !text.startsWith('.') &&
      !/^https?:/.test(text) &&
      URL_NAME.test(method.receiver.text.replaceAll('.', '_'))
    )
      return `another host may end with ${text}`;
    return method.name === 'startswith' && /^https?:\/\//.test(text) ? `another host may begin with ${text}` : null;
  },
};

const HOST_PATTERN = /(?:^|[/@(^|])(?:\(?[\w|-]+\)?\.)?[\w-]+\.(?:com|org|net|io|edu|gov|dev|co|example)\b/;

const pattern = callRule('host-pattern-with-bare-dot', 'CWE-20', (call, { texts }) => {
  if (!/^re\.(?:compile|match|fullmatch|search)$/.test(call.name) || call.positional[0] === undefined) return null;
  const text = texts.constant(call.positional[0]);
  return text !== null && HOST_PATTERN.test(text.replaceAll('\\.', '\u0000'))
    ? 'a dot in the pattern of a host matches any character'
    : null;
});

const VALIDATES = /(?:^|_)(?:is|check|valid|validate|validated|verify|allowed|accept|parse)(?:_|$)/i;

const unanchored = callRule('pattern-without-end', 'CWE-20', (call, site) => {
  const method = attributeParts(call.callee);
  const direct = call.name === 're.match';
  if (!direct && method?.name !== 'match') return null;
  const expression = direct ? call.positional[0] : method!.receiver;
  const subject = direct ? call.positional[1] : call.positional[0];
  if (expression === undefined || subject === undefined || endsAnchored(expression, site) || !isPattern(expression, site)) return null;
  if (!threatens(site.taint(subject), 'CWE-20') || !isAsked(site)) return null;
  return 'the pattern need not match to the end, so anything may follow';
});

/** The text of the pattern is known, and is one that describes a whole (it repeats, and does not end in `.*` or a slash). */
function isPattern(expression: PyNode, { names, texts }: Site): boolean {
  const assigned = expression.kind === 'identifier' ? texts.assigned(expression.text) : expression;
  const call = assigned === null ? null : callParts(assigned);
  const text = texts.constant((call !== null && names(call.callee) === 're.compile' ? call.positional[0] : undefined) ?? expression);
  return text !== null && /[+*}\]]/.test(text) && !/(?:\.\*|\/|\\b|\\s[*+]?)\)?$/.test(text);
}

/** The match is only asked whether it is one: in a condition, in `bool()`, or as the answer of a function that validates. */
function isAsked({ node, inFunction, module }: Site): boolean {
  const parent = node.parent;
  if (parent === null) return false;
  if (
    ['if_statement', 'not_operator', 'boolean_operator', 'comparison_operator', 'elif_clause', 'conditional_expression'].includes(
      parent.kind,
    )
  )
    return true;
  if (parent.kind === 'argument_list' && parent.parent !== null && callParts(parent.parent)?.callee.text === 'bool') return true;
  if (parent.kind === 'return_statement') return VALIDATES.test(inFunction === null ? '' : (namedChildren(inFunction)[0]?.text ?? ''));
  const target = parent.kind === 'assignment' ? namedChildren(parent)[0]?.text : undefined;
  if (target === undefined) return false;
  const around = (inFunction ?? module).text;
  return (
    new RegExp(`\\bif (?:not )?${target}\\b|\\b${target} is (?:not )?None`).test(around) &&
    !new RegExp(`\\b${target}\\.(?:group|span|end)|\\b${target}\\[`).test(around)
  );
}

const QUANTITY =
  /(?:^|_)(?:port|age|amount|quantity|qty|count|n|num|number|size|width|height|length|limit|page|per_page|index|idx|position|offset|percent|percentage|discount|price|rating|score|temperature|year|month|day|hour|minute|level|volume|timeout|retries|seats|rate|balance|salary|weight|guests|nights|copies)(?:$|_)/i;

const converted = callRule('number-never-compared', 'CWE-20', (call, site) => {
  const [first] = call.positional;
  const keyword = call.keywords.get('type')?.text;
  const converts = call.name === 'int' || call.name === 'float' || keyword === 'int' || keyword === 'float';
  if (!converts || (first === undefined && keyword === undefined)) return null;
  const taint = site.taint(keyword === undefined ? first! : site.node);
  if (taint === null || taint.cleared.has('CWE-20')) return null;
  const target = targetOf(site.node);
  const name = target ?? (site.inFunction === null ? '' : (namedChildren(site.inFunction)[0]?.text ?? ''));
  if (!QUANTITY.test(name)) return null;
  return isCompared(target, site) ? null : `${name} may be any number: nothing compares it with a bound`;
});

function targetOf(node: PyNode): string | null {
  const parent = node.parent;
  const [target, value] = parent?.kind === 'assignment' ? namedChildren(parent) : [];
  return target?.kind === 'identifier' && value === node ? target.text : null;
}

const changed: Rule = {
  id: 'amount-never-compared',
  cwe: 'CWE-20',
  kinds: ['function_definition'],
  check: (site) => {
    const amount = parametersOf(site.node).find(
      ({ name }) => QUANTITY.test(name) && isSpent(name, site.node) && !isCompared(name, { ...site, inFunction: site.node }),
    );
    return amount === undefined ? null : `${amount.name} may be any number: nothing compares it with a bound`;
  },
};

/** Changes something kept, indexes something, or is kept. */
function isSpent(name: string, definition: PyNode): boolean {
  for (const node of descendants(definition)) {
    const [target, value] = namedChildren(node);
    if (target === undefined || value === undefined) continue;
    const keeps = target.kind === 'subscript' || target.kind === 'attribute';
    if (node.kind === 'augmented_assignment' && keeps && value.text === name) return true;
    if (node.kind === 'assignment' && keeps && !/^self\._?\w+$/.test(target.text) && value.text === name) return true;
    if (node.kind === 'subscript' && value.text === name) return true;
  }
  return false;
}

/** Compared, clamped, or handed to something that validates; of no name in particular, if anything is. */
function isCompared(name: string | null, { inFunction, module }: Site): boolean {
  const around = inFunction ?? module;
  let names = comparedIn.get(around);
  if (names === undefined) comparedIn.set(around, (names = comparedNames(around)));
  return name === null ? names.size > 0 : names.has(name);
}

const comparedIn = new WeakMap<PyNode, ReadonlySet<string>>();
const BOUNDS = /^(?:min|max|clamp)$|(?:^|\.|_)(?:validate|check|clamp|ensure|verify|is_valid|conint|Range|Field|Query)\w*$/i;

/** An `assert` is gone under -O, so it does not count. */
function comparedNames(around: PyNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of descendants(around, (each) => each.kind !== 'assert_statement')) {
    const call = callParts(node);
    if (node.kind !== 'comparison_operator' && (call === null || !BOUNDS.test(call.callee.text))) continue;
    for (const inner of descendants(node)) if (inner.kind === 'identifier') names.add(inner.text);
  }
  return names;
}

export const rules: readonly Rule[] = [runs, substring, pattern, unanchored, converted, changed];

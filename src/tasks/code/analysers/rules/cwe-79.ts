/**
 * Cross-site scripting: text from outside is put between tags without being escaped; or reaches a page in a way that
 * the framework takes for markup.
 */
import type { Site } from '../python/site.ts';
import { threatens } from '../python/taint.ts';
import { bare, callParts, descendants, type PyNode } from '../python/tree.ts';
import { callRule, type Rule } from './rule.ts';

/** A tag, and not a comparison, a redirection (`</dev/null`) or an address in an e-mail's head. */
const TAG = /<[a-zA-Z][\w-]*(?:[\s>]|\/>|$)|<\/[a-zA-Z][\w-]*\s*>|<!/;
const BUILT = ['binary_operator', 'string', 'concatenated_string', 'call', 'augmented_assignment'];

const markup: Rule = {
  id: 'text-in-markup',
  cwe: 'CWE-79',
  kinds: BUILT,
  check: (site) => {
    const pieces = site.texts.pieces(site.node);
    if (pieces === null || !pieces.some((piece) => typeof piece === 'string' && TAG.test(piece))) return null;
    // Nobody renders what is raised, logged or mailed as plain text; only the first can be seen from here.
    if (isRaised(site.node)) return null;
    return pieces.some((piece) => typeof piece !== 'string' && threatens(site.taint(piece), 'CWE-79'))
      ? 'text from outside is put into markup without being escaped'
      : null;
  },
};

function isRaised(node: PyNode): boolean {
  for (let at: PyNode | null = node; at !== null; at = at.parent) if (at.kind === 'raise_statement') return true;
  return false;
}

const template = callRule('text-fills-markup-template', 'CWE-79', (call, site) => {
  if (!['substitute', 'safe_substitute', 'format', 'format_map', 'replace'].includes(call.method)) return null;
  const receiver = call.callee.children[0];
  const text = receiver === undefined ? null : templateText(receiver, site);
  if (text === null || !TAG.test(text)) return null;
  const values = [...call.positional, ...call.keywords.values()];
  return values.some((value) => threatens(site.taint(value), 'CWE-79'))
    ? 'a template of markup is filled with text that was not escaped'
    : null;
});

/** A constant, or what a `string.Template` was made of. */
function templateText(node: PyNode, site: Site): string | null {
  const assigned = node.kind === 'identifier' ? site.texts.assigned(node.text) : null;
  const call = callParts(bare(assigned ?? node));
  if (call !== null && /(?:^|\.)Template$/.test(site.names(call.callee) ?? ''))
    return call.positional[0] === undefined ? null : site.texts.constant(call.positional[0]);
  return site.texts.constant(node);
}

const trusted = callRule('text-declared-markup', 'CWE-79', (call, site) => {
  if (!/(?:^|\.)(?:mark_safe|Markup|SafeString|render_template_string|from_string)$/.test(call.name)) return null;
  const [first] = call.positional;
  return first !== undefined && threatens(site.taint(first), 'CWE-79') ? 'text from outside is declared to be markup' : null;
});

const autoescape = callRule('autoescape-off', 'CWE-79', (call, site) => {
  if (!/(?:^|\.)(?:jinja2\.)?(?:Environment|SandboxedEnvironment)$/.test(call.name) || !call.name.startsWith('jinja2.')) return null;
  const asked = call.keywords.get('autoescape');
  if (asked !== undefined && asked.text !== 'False') return null;
  // Templates of configuration or mail are not pages.
  return TAG.test(site.module.text) || /\.html?\b/.test(site.module.text) ? 'templates of pages are rendered without escaping' : null;
});

const safeFilter: Rule = {
  id: 'safe-filter',
  cwe: 'CWE-79',
  kinds: ['string'],
  check: ({ node }) =>
    /\{\{[^{}]*\|\s*safe\s*\}\}|\{%\s*autoescape\s+(?:off|false)/.test(node.text) ? 'a template switches escaping off' : null,
};

const NOT_MARKUP = /text\/plain|application\/json|mimetype|content_type|media_type/;

const returned: Rule = {
  id: 'text-returned-as-page',
  cwe: 'CWE-79',
  kinds: ['return_statement'],
  check: (site) => {
    if (
      !site.isRoute ||
      !/\.(?:route|errorhandler|get|post)\(/.test(decoratorsOf(site.inFunction)) ||
      NOT_MARKUP.test(site.inFunction?.text ?? '')
    )
      return null;
    // FastAPI and its kin answer in JSON unless they are told otherwise.
    if (/\bfastapi\b|\bstarlette\b/.test(site.module.text)) return null;
    const value = site.node.children[1];
    const body = value?.kind === 'expression_list' || value?.kind === 'tuple' ? value.children.find((child) => child.named) : value;
    if (body === undefined || !['binary_operator', 'string', 'concatenated_string'].includes(body.kind)) return null;
    const taint = site.taint(body);
    return threatens(taint, 'CWE-79') && taint.origin === 'request' ? 'a page is made of text from the request' : null;
  },
};

function decoratorsOf(definition: PyNode | null): string {
  const around = definition?.parent;
  return around?.kind === 'decorated_definition'
    ? descendants(around, (node) => node.kind === 'decorator')
        .map((node) => (node.kind === 'decorator' ? node.text : ''))
        .join('\n')
    : '';
}

export const rules: readonly Rule[] = [markup, template, trusted, autoescape, safeFilter, returned];

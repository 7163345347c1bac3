/**
 * Hard-coded credentials: a text constant that is a secret by the name it has, the place where it is used, or its own
 * shape. Names of variables, prompts, messages, addresses and placeholders are not secrets.
 */
import type { Site } from '../python/site.ts';
import { attributeParts, bare, callParts, namedChildren, type PyNode } from '../python/tree.ts';
import { callRule, type Rule } from './rule.ts';

const SECRET_NAME =
  /(?:^|[_.\s-])(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api_?key|apikey|access_?key|secret_?key|auth_?key|private_?key|encryption_?key|signing_?key|fernet_?key|jwt_?key|hmac_?key|client_?secret|credentials?|db_?pass|pass)(?:$|[_\d]*$|_(?:value|default|string|b64|hex)$)/i;
const NOT_THE_SECRET =
  /(?:_|^)(?:name|field|label|prompt|url|uri|path|file|env|var|header|param|hash|hint|message|regex|pattern|type|length|len|id|column|error|policy|reset|expired|short|min|max|ttl|prefix)s?(?:_|$)/i;

/** Looks like words for people, a place, or a thing to be filled in. */
function isInnocent(text: string): boolean {
  const value = text.trim();
  if (value.length < 4) return true;
  if (/^(?:https?|file|ftp):\/\/[^@]*$|^[./~]|^\w:\\/.test(value)) return true;
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(value)) return true;
  if (/^(?:password|passwd|secret|token|none|null|true|false|bearer|basic|api[_-]?key)$/i.test(value)) return true;
  if (/^[<{[$%].*[>}\]%]?$|\bchange[-_ ]?me\b|^your[-_ ]|[-_ ]here$|^x{3,}$|^\*+$|^\.{3}$|placeholder|^todo/i.test(value)) return true;
  // Two blanks make a sentence; a passphrase has them too, and is rarely in a program.
  return (value.match(/\s/g)?.length ?? 0) >= 2 || /[:?]\s*$/.test(value);
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/([a-z])([A-Z])/g, '$1_$2')) && !NOT_THE_SECRET.test(name);
}

function secretText(node: PyNode | undefined, { texts, names }: Site): string | null {
  if (node === undefined) return null;
  const value = bare(node);
  if (value.kind === 'string' || value.kind === 'concatenated_string') return texts.constant(value);
  const call = callParts(value);
  if (call === null) return null;
  // A fallback for a missing variable is a secret that always works.
  if (/^os\.(?:getenv|environ\.get)$/.test(names(call.callee) ?? ''))
    return call.positional[1] === undefined ? null : texts.constant(call.positional[1]);
  const method = attributeParts(call.callee);
  return method !== null && ['encode', 'strip'].includes(method.name) && method.receiver.kind === 'string'
    ? texts.constant(method.receiver)
    : null;
}

const named: Rule = {
  id: 'secret-by-name',
  cwe: 'CWE-798',
  kinds: ['assignment', 'keyword_argument', 'pair', 'default_parameter', 'typed_default_parameter'],
  check: (site) => {
    const [key, ...rest] = namedChildren(site.node);
    const value = rest.at(-1);
    if (key === undefined || value === undefined) return null;
    const subscript = key.kind === 'subscript' ? namedChildren(key)[1] : undefined;
    const keyText =
      key.kind === 'string' || subscript !== undefined
        ? site.texts.constant(subscript ?? key)
        : key.text.slice(key.text.lastIndexOf('.') + 1);
    const text = secretText(value, site);
    if (keyText === null || text === null || !isSecretName(keyText) || isInnocent(text)) return null;
    return `${keyText} is a secret in the source`;
  },
};

const compared: Rule = {
  id: 'secret-compared',
  cwe: 'CWE-798',
  kinds: ['comparison_operator'],
  check: (site) => {
    const [left, right] = namedChildren(site.node).map(bare);
    if (left === undefined || right === undefined || !/[!=]=/.test(site.node.children.find((child) => !child.named)?.text ?? ''))
      return null;
    const [name, value] = right.kind === 'string' ? [left, right] : [right, left];
    const last = name.text.slice(name.text.lastIndexOf('.') + 1).replaceAll(/[[\]"'()]/g, '');
    const text = value.kind === 'string' ? site.texts.constant(value) : null;
    return text !== null && isSecretName(last) && !isInnocent(text) ? `${last} is compared with a secret in the source` : null;
  },
};

const CREDENTIAL_SHAPES =
  /^\w[\w+.-]*:\/\/[^\s:/@{}]+:[^\s:/@{}<>]+@|-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{30,}|\bsk_live_\w{10,}|\bxox[abp]-[\w-]{10,}|^(?:Bearer|Basic|Token|token) [\w+/=.-]{8,}$/;

const shaped: Rule = {
  id: 'secret-by-shape',
  cwe: 'CWE-798',
  kinds: ['string'],
  check: ({ node, texts }) => {
    const text = texts.constant(node);
    return text !== null && CREDENTIAL_SHAPES.test(text) && !/:(?:pass(?:word)?|secret|xxx+)@/i.test(text)
      ? 'a text in the source has the shape of a credential'
      : null;
  },
};

/** Which argument of a call is a key or a password. */
const USES: readonly (readonly [name: RegExp, index: number])[] = [
  [/^jwt\.(?:encode|decode)$/, 1],
  [/^hmac\.new$/, 0],
  [/(?:^|\.)Fernet$/, 0],
  [/(?:^|\.)(?:HTTPBasicAuth|login|URLSafeTimedSerializer|URLSafeSerializer|Signer|AES\.new)$/, -1],
];

const used = callRule('secret-used', 'CWE-798', (call, site) => {
  const use = USES.find(([name]) => name.test(call.name));
  if (use === undefined) return null;
  const argument = call.positional.at(use[1]);
  const node = argument === undefined ? undefined : bare(argument);
  const text =
    node === undefined
      ? null
      : (secretText(node, site) ?? (node.kind === 'identifier' ? secretText(site.texts.assigned(node.text) ?? undefined, site) : null));
  const alone = use[1] === -1 && call.positional.length < (/Serializer|Signer/.test(call.name) ? 1 : 2);
  return text === null || alone || text.length < 4 ? null : 'a key or password that is used here is in the source';
});

const pair: Rule = {
  id: 'secret-in-auth-pair',
  cwe: 'CWE-798',
  kinds: ['keyword_argument'],
  check: (site) => {
    const [key, value] = namedChildren(site.node);
    const items = key?.text === 'auth' && value !== undefined && bare(value).kind === 'tuple' ? namedChildren(bare(value)) : [];
    const text = items.length === 2 ? secretText(items[1], site) : null;
    return text === null || isInnocent(text) ? null : 'a password is in the source';
  },
};

export const rules: readonly Rule[] = [named, compared, shaped, used, pair];

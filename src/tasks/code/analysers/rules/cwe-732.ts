/**
 * Incorrect permission assignment: a mode that lets others (or the group) write, and one that lets others read what is
 * plainly a secret; a secret written under whatever the umask happens to be.
 */
import type { Site } from '../python/site.ts';
import { bare, callParts, childOf, namedChildren, type PyNode } from '../python/tree.ts';
import { callRule, namedCall, type NamedCall, type Rule } from './rule.ts';

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const NOT_OWNERS = 0o077;
const SECRET = /secret|token|passw(?:or)?d|credential|private_?key|api_?key|id_rsa|\.pem\b|\.key\b|_key\b|\.env\b/i;

const S_BITS: Readonly<Record<string, number>> = {
  S_IRWXU: 0o700,
  S_IRUSR: 0o400,
  S_IWUSR: 0o200,
  S_IXUSR: 0o100,
  S_IREAD: 0o400,
  S_IWRITE: 0o200,
  S_IEXEC: 0o100,
  S_IRWXG: 0o070,
  S_IRGRP: 0o040,
  S_IWGRP: 0o020,
  S_IXGRP: 0o010,
  S_IRWXO: 0o007,
  S_IROTH: 0o004,
  S_IWOTH: 0o002,
  S_IXOTH: 0o001,
};

/** The bits that an expression certainly sets; null when nothing of it is known. */
function bitsOf(written: PyNode, site: Site, depth = 0): number | null {
  const node = bare(written);
  if (depth > 6) return null;
  if (node.kind === 'integer') {
    const value = Number(node.text.replaceAll('_', '').replace(/^0+(?=[1-7][0-7]*$)/, '0o'));
    return Number.isSafeInteger(value) ? value : null;
  }
  if (node.kind === 'identifier') {
    const assigned = site.texts.assigned(node.text);
    return assigned === null ? (S_BITS[(site.names(node) ?? '').replace(/^stat\./, '')] ?? null) : bitsOf(assigned, site, depth + 1);
  }
  if (node.kind === 'attribute') return S_BITS[node.text.slice(node.text.lastIndexOf('.') + 1)] ?? null;
  const call = callParts(node);
  if (call !== null && call.callee.text === 'int' && call.positional[1]?.text === '8') {
    const text = call.positional[0] === undefined ? null : site.texts.constant(call.positional[0]);
    return text !== null && /^(?:0o)?[0-7]+$/.test(text) ? Number.parseInt(text.replace('0o', ''), 8) : null;
  }
  if (node.kind !== 'binary_operator') return null;
  const [left, right] = namedChildren(node).map((each) => bitsOf(each, site, depth + 1));
  const operator = node.children.find((child) => !child.named)?.text;
  // A mode that was read, or'ed with bits: these at least are set.
  if (operator === '|' || operator === '+') return left === null && right === null ? null : (left ?? 0) | (right ?? 0);
  return operator === '&' && typeof left === 'number' && typeof right === 'number' ? left & right : null;
}

function opens(bits: number | null, isSecret: boolean): string | null {
  if (bits === null) return null;
  if ((bits & OTHERS_WRITE) !== 0) return 'everyone on the machine may write to it';
  if ((bits & GROUP_WRITES) !== 0) return 'the whole group may write to it';
  return isSecret && (bits & NOT_OWNERS) !== 0 ? 'others may read a secret' : null;
}

const mode = callRule('permissive-mode', 'CWE-732', (call, site) => {
  const given = modeOf(call);
  if (given === null) return null;
  const secret =
    SECRET.test(call.positional[0]?.text ?? '') || SECRET.test(childOf(site.inFunction ?? site.node, 'identifier')?.text ?? '');
  return opens(bitsOf(given, site), secret && call.method !== 'mkdir' && call.method !== 'makedirs');
});

/** The mode that a call gives a file or folder. */
function modeOf(call: NamedCall): PyNode | null {
  const named = call.keywords.get('mode');
  const at = (index: number): PyNode | null => named ?? call.positional[index] ?? null;
  if (/^os\.(?:l?chmod|mkdir|makedirs|mkfifo|mknod)$/.test(call.name)) return at(1);
  if (call.name === 'os.fchmod') return at(1);
  if (call.name === 'os.open') return at(2);
  if (call.method === 'chmod' || call.method === 'lchmod') return at(0);
  return ['touch', 'mkdir'].includes(call.method) ? at(0) : null;
}

const umask = callRule('open-umask', 'CWE-732', (call, site) => {
  const [first] = call.positional;
  const bits = call.name === 'os.umask' && first !== undefined ? bitsOf(first, site) : null;
  return bits !== null && (bits & OTHERS_WRITE) === 0 ? 'with this umask, others may write to every new file' : null;
});

const OPEN_MODE =
  /\bchmod\b(?:\s+-\w+)*\s+(?:0?[0-7]?[0-7][2367][0-7]|0?[0-7]?[0-7]{2}[2367]|[ugo]*[ao][ugoa]*[+=][rxXst]*w\w*|\+\w*w\w*|[ugo]*g[ugo]*[+=][rxXst]*w\w*)(?:\s|$)/;

const command = callRule('permissive-chmod-command', 'CWE-732', (call, { texts }) => {
  const words = call.positional.flatMap((argument) => {
    const node = bare(argument);
    return (node.kind === 'list' || node.kind === 'tuple' ? namedChildren(node) : [node]).map(
      (each) => texts.constant(each) ?? firstText(each) ?? '?',
    );
  });
  return /^(?:os\.(?:system|popen)|subprocess\.\w+)$/.test(call.name) && OPEN_MODE.test(words.join(' ')) ? 'chmod lets others write' : null;
});

/** What a text that is put together begins with. */
function firstText(node: PyNode): string | null {
  const text = node.kind === 'binary_operator' ? namedChildren(node)[0] : node;
  return text?.kind === 'string'
    ? namedChildren(text)
        .map((each) => (each.kind === 'string_content' ? each.text : '?'))
        .join('')
    : null;
}

const written: Rule = {
  id: 'secret-file-without-mode',
  cwe: 'CWE-732',
  kinds: ['call'],
  check: (site) => {
    const call = namedCall(site);
    if (call === null) return null;
    const [path, openMode] = call.positional;
    const method = ['write_text', 'write_bytes'].includes(call.method) ? call.callee.children[0] : undefined;
    const isOpen =
      (call.name === 'open' || call.name === 'io.open') && /^b?["'][wax]/.test((call.keywords.get('mode') ?? openMode)?.text ?? '');
    const target = method ?? (isOpen ? path : undefined);
    if (target === undefined || call.keywords.has('opener')) return null;
    const name = `${target.text} ${site.texts.constant(target) ?? ''} ${site.texts.assigned(target.text)?.text ?? ''}`;
    const about = `${name} ${childOf(site.inFunction ?? site.node, 'identifier')?.text ?? ''}`;
    if (!SECRET.test(about) || /hash|public|example|template|count|length/i.test(about)) return null;
    // Somebody who sets a mode here has thought of it; `permissive-mode` judges which.
    return /chmod\(|umask\(/.test((site.inFunction ?? site.module).text) ? null : 'a secret is written with whatever mode the umask leaves';
  },
};

export const rules: readonly Rule[] = [mode, umask, command, written];

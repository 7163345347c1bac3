/**
 * Path traversal: a path that a stranger may steer out of its folder reaches the file system. A bare path from a caller
 * is what functions on files are for; a name from a caller *behind a folder of ours* is not.
 */
import { threatens } from '../python/taint.ts';
import { attributeParts, bare, callParts, type PyNode } from '../python/tree.ts';
import type { Site } from '../python/site.ts';
import { callRule, type NamedCall, type Rule } from './rule.ts';

const BY_FIRST_ARGUMENT =
  /^(?:open|io\.open|codecs\.open|aiofiles\.open|gzip\.open|os\.(?:open|remove|unlink|rmdir|mkdir|makedirs|removedirs|listdir|scandir)|shutil\.(?:rmtree|copy|copy2|copyfile|copytree|move)|os\.(?:rename|replace|link|symlink)|(?:\w+\.)*(?:send_file|FileResponse|static_file)|linecache\.getlines?|runpy\.run_path)$/;
const TWO_PATHS = /^(?:shutil\.(?:copy|copy2|copyfile|copytree|move)|os\.(?:rename|replace|link|symlink))$/;
const PATH_METHODS: ReadonlySet<string> = new Set([
  'open',
  'read_text',
  'read_bytes',
  'write_text',
  'write_bytes',
  'unlink',
  'rmdir',
  'mkdir',
  'touch',
  'iterdir',
]);

const reachesFile = callRule('path-reaches-file', 'CWE-22', (call, site) => {
  const path = pathsOf(call).find((each) => {
    const taint = site.taint(each);
    return threatens(taint, 'CWE-22') && (taint.joined || taint.origin === 'request');
  });
  return path === undefined ? null : `the path ${short(path)} comes from outside and may lead out of its folder`;
});

function pathsOf(call: NamedCall): PyNode[] {
  const [first, second] = call.positional;
  const named = ['file', 'path', 'filename', 'src', 'dst'].flatMap((key) => call.keywords.get(key) ?? []);
  if (BY_FIRST_ARGUMENT.test(call.name))
    return [first, ...(TWO_PATHS.test(call.name) ? [second] : []), ...named].filter((each) => each !== undefined);
  // An upload is saved under the name it is given; other `save` methods take no path from a stranger.
  if (call.method === 'save' && first !== undefined) return [first];
  const receiver = attributeParts(call.callee)?.receiver;
  return receiver !== undefined && PATH_METHODS.has(call.method) && !isModule(call.name) ? [receiver] : [];
}

function isModule(name: string): boolean {
  return /^(?:os|shutil|io|codecs|gzip|zipfile|tarfile|webbrowser|urllib)\./.test(name);
}

const archive = callRule('archive-extracted-unchecked', 'CWE-22', (call, site) => {
  if (call.name === 'shutil.unpack_archive')
    return call.keywords.has('filter') ? null : 'an archive is unpacked without a filter for where its members go';
  if (call.method !== 'extractall' && call.method !== 'extract') return null;
  const receiver = attributeParts(call.callee)?.receiver;
  // zipfile strips `..` and leading slashes itself (documented at ZipFile.extract).
  if (receiver === undefined || !opensTar(receiver, site)) return null;
  if (call.keywords.has('filter') || call.keywords.has('members')) return null;
  const [member] = call.positional;
  if (call.method === 'extract' && member !== undefined && site.taint(member)?.cleared.has('CWE-22') === true) return null;
  return 'a tar archive is unpacked without a filter for where its members go';
});

/** The archive was opened by tarfile, as far as the name that holds it tells. */
function opensTar(receiver: PyNode, { module, names }: Site): boolean {
  const direct = callParts(bare(receiver));
  if (direct !== null) return (names(direct.callee) ?? '').startsWith('tarfile.');
  return new RegExp(
    `tarfile\\.\\w+\\([^\\n]*\\)\\s+as\\s+${receiver.text}\\b|\\b${receiver.text}\\s*=\\s*tarfile\\.|\\b${receiver.text}\\s*:\\s*tarfile\\.`,
  ).test(module.text);
}

function short(node: PyNode): string {
  const text = node.text.replaceAll(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export const rules: readonly Rule[] = [reachesFile, archive];

/** OS command injection: text from outside reaches a shell. Lists of arguments do not, unless a shell is what they start. */
import type { Site } from '../python/site.ts';
import { threatens } from '../python/taint.ts';
import { bare, namedChildren, type PyNode } from '../python/tree.ts';
import { callRule, type NamedCall, type Rule } from './rule.ts';

const SHELLS =
  /^(?:os\.(?:system|popen)|subprocess\.(?:getoutput|getstatusoutput)|commands\.(?:getoutput|getstatusoutput)|asyncio\.(?:subprocess\.)?create_subprocess_shell|popen2\.popen\d?|platform\.popen)$/;
const STARTERS =
  /^(?:subprocess\.(?:run|call|check_call|check_output|Popen)|os\.(?:exec|spawn|posix_spawn)\w*|asyncio\.(?:subprocess\.)?create_subprocess_exec|pty\.spawn)$/;
const REMOTE: ReadonlySet<string> = new Set(['exec_command', 'sudo']);
const SHELL_NAME = /^(?:.*\/)?(?:ba|da|z|k)?sh$|^cmd(?:\.exe)?$|^powershell(?:\.exe)?$/;

const shell = callRule('text-reaches-shell', 'CWE-78', (call, site) => {
  const command = commandsOf(call, site).find((each) => threatens(site.taint(each), 'CWE-78'));
  return command === undefined ? null : 'text from outside is part of a command that a shell reads';
});

function commandsOf(call: NamedCall, site: Site): PyNode[] {
  const first = call.positional[0] ?? call.keywords.get('args') ?? call.keywords.get('cmd');
  if (first === undefined) return [];
  if (SHELLS.test(call.name) || REMOTE.has(call.method)) return [first];
  if (!STARTERS.test(call.name)) return [];
  const asked = call.keywords.get('shell')?.text;
  if (asked !== undefined && asked !== 'False' && asked !== '0') return [first];
  return behindShell(call, site);
}

/** `["sh", "-c", command]`: the arguments after the `-c`. */
function behindShell(call: NamedCall, { texts }: Site): PyNode[] {
  const lists = call.positional.flatMap((each) => {
    const node = bare(each);
    const assigned = node.kind === 'identifier' ? texts.assigned(node.text) : null;
    const list = assigned === null ? node : bare(assigned);
    return list.kind === 'list' || list.kind === 'tuple' ? namedChildren(list) : [each];
  });
  const shellAt = lists.findIndex((each) => SHELL_NAME.test(texts.constant(each) ?? ''));
  const flag = lists.findIndex((each, i) => i > shellAt && /^(?:-\w*c|\/c|-Command)$/i.test(texts.constant(each) ?? ''));
  return shellAt === -1 || flag === -1 ? [] : lists.slice(flag + 1, flag + 2);
}

export const rules: readonly Rule[] = [shell];

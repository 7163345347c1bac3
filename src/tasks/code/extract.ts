/**
 * The code in a model's answer. Rules, in order:
 *
 * 1. fenced blocks (``` or ~~~) that say they are Python, or say nothing; a fence that is never closed ends with the answer;
 * 2. what stands between `<code>` tags;
 * 3. the answer itself, if its first line can begin a Python program and hardly a sentence.
 *
 * Several blocks are one program if all of them are Python: models write a function and then its use. Whether it parses
 * is not decided here.
 */

export interface Extracted {
  /** Ends in a line feed. */
  readonly code: string;
  /** The answer itself says that the code ends here: more text would not belong to it. */
  readonly closed: boolean;
}

/** Null when nothing looks like code. */
export function extractCode(answer: string): Extracted | null {
  const text = answer.replaceAll(/\r\n?/g, '\n');
  const found = fenced(text) ?? tagged(text) ?? bareCode(text);
  const blocks = found?.blocks.map((block) => dedent(block.replaceAll(/^\n+|\s+$/g, ''))).filter((block) => block !== '') ?? [];
  return found === null || blocks.length === 0 ? null : { code: `${blocks.join('\n\n')}\n`, closed: found.closed };
}

interface Blocks {
  readonly blocks: readonly string[];
  readonly closed: boolean;
}

const FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n`]*$/;
const PYTHON = /^(?:py(?:thon)?[\d.]*|pycon|)$/i;

/** Null when there is no fence. Blocks in other languages are left out. */
function fenced(text: string): Blocks | null {
  const blocks: string[] = [];
  let open: { readonly fence: string; readonly keep: boolean; readonly lines: string[] } | null = null;
  let seen = false;
  for (const line of text.split('\n')) {
    const match = FENCE.exec(line);
    if (open === null) {
      if (match === null) continue;
      seen = true;
      open = { fence: match[1]!, keep: PYTHON.test(match[2]!.replaceAll(/[{}.]/g, '')), lines: [] };
    } else if (match !== null && match[2] === '' && match[1]!.startsWith(open.fence)) {
      if (open.keep) blocks.push(open.lines.join('\n'));
      open = null;
    } else open.lines.push(line);
  }
  if (open?.keep === true) blocks.push(open.lines.join('\n'));
  return seen ? { blocks, closed: open === null } : null;
}

function tagged(text: string): Blocks | null {
  const found = [...text.matchAll(/<code(?:\s[^<>]*)?>(.*?)(<\/code>|$)/gis)];
  return found.length === 0 ? null : { blocks: found.map((match) => match[1]!), closed: found.at(-1)![2] !== '' };
}

/** What a line of Python can begin with, and a sentence hardly does. */
const BEGINS =
  /^(?:(?:import|from)\s+[\w.]+(?:\s+(?:import|as)\b|\s*$|\s*,)|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|@\w|#|"""|'''|(?:if|for|while|with|try|elif|else)\b.*:\s*$|return\b\s*[\w([{'"]|[\w.[\]'"]+(?:\s*,\s*[\w.]+)*\s*(?:[-+*/|&]?=)\s*\S|[\w.]+\(.*\)\s*$|print\s*\()/;

function bareCode(text: string): Blocks | null {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  return first !== -1 && BEGINS.test(lines[first]!.trim()) ? { blocks: [lines.slice(first).join('\n')], closed: false } : null;
}

/** Code in a list item is indented as a whole. */
function dedent(code: string): string {
  const lines = code.split('\n');
  const margins = lines.filter((line) => line.trim() !== '').map((line) => /^[ \t]*/.exec(line)![0]);
  const margin = margins.reduce(
    (common, each) => (each.startsWith(common) ? common : common.startsWith(each) ? each : ''),
    margins[0] ?? '',
  );
  return lines.map((line) => line.slice(Math.min(margin.length, /^[ \t]*/.exec(line)![0].length))).join('\n');
}

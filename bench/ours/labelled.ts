/**
 * Writes programs as JSON lines for `reference/bandit_check.py`: the labelled pairs, or with a file of {"id", "label", "code"}
 * lines as second argument, those. Each comes with what our analysers find; a program that they cannot judge is left out, with a word.
 *
 * Usage: node bench/ours/labelled.ts <out.jsonl> [<programs.jsonl>] [--held-out]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { analyse } from '../../src/tasks/code/analyse.ts';
import { weaknessesIn } from '../../src/tasks/code/finding.ts';
import { labelledPairs } from '../../src/tasks/code/labelled/pairs.ts';

interface Program {
  readonly id: string;
  readonly label: string | null;
  readonly code: string;
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'held-out': { type: 'boolean' } } });
const [out, file] = positionals;
if (out === undefined) throw new Error('usage: node bench/ours/labelled.ts <out.jsonl> [<programs.jsonl>] [--held-out]');

const lines: string[] = [];
for (const program of file === undefined ? labelled() : read(file)) {
  const analysis = analyse(program.code);
  if (analysis.kind === 'analysed') lines.push(JSON.stringify({ ...program, ours: weaknessesIn(analysis.findings) }));
  else console.error(`${program.id}: ${analysis.reason}`);
}
writeFileSync(out, `${lines.join('\n')}\n`);
console.log(`${lines.length} programs`);

function labelled(): Program[] {
  const pairs = [...(values['held-out'] === true ? [] : labelledPairs('development')), ...labelledPairs('held-out')];
  return pairs.flatMap(({ id, cwe, safe, vulnerable }) => [
    { id: `${id}/safe`, label: 'safe', code: safe },
    { id: `${id}/vulnerable`, label: cwe, code: vulnerable },
  ]);
}

function read(path: string): Program[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Program);
}

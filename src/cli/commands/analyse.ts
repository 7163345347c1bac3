/** `molehunt analyse <path>`: what the analysers find in Python files, or what a SARIF file of another analyser says. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, messageOf, UsageError } from '../../core/errors.ts';
import { terminalSafe } from '../../core/text.ts';
import { analyse, ANALYSERS } from '../../tasks/code/analyse.ts';
import { readSarif, writeSarif, type FileFindings } from '../../tasks/code/sarif.ts';
import { printJson, printLine } from '../output.ts';

export interface AnalyseOptions {
  readonly sarif?: string;
  readonly import?: string;
  readonly json?: true;
}

interface Unanalysed {
  readonly file: string;
  readonly reason: string;
}

export async function analyseCommand(path: string | undefined, options: AnalyseOptions): Promise<void> {
  if ((path === undefined) === (options.import === undefined))
    throw new UsageError('name a Python file or a folder, or a SARIF file with --import', 'nothing-to-analyse');
  const unanalysed: Unanalysed[] = [];
  const files = options.import === undefined ? await analyseAll(path!, unanalysed) : readSarif(await read(options.import), options.import);
  if (options.sarif !== undefined) await writeFile(options.sarif, writeSarif(files, options.import === undefined ? versions() : {}));
  if (options.json === true) await printJson({ files, unanalysed });
  else await show(files, unanalysed);
  // Whether code has weaknesses is a finding, not a failure; not to know it is.
  if (unanalysed.length > 0) process.exitCode = EXIT.usage;
}

async function analyseAll(path: string, unanalysed: Unanalysed[]): Promise<FileFindings[]> {
  const files: FileFindings[] = [];
  for (const file of await pythonFiles(path)) {
    const analysis = analyse(await read(file));
    if (analysis.kind === 'analysed') files.push({ file, findings: analysis.findings });
    else unanalysed.push({ file, reason: analysis.reason });
  }
  return files;
}

/** The file itself, or all `.py` files below a folder but for hidden ones and other people's packages; links are not followed. */
async function pythonFiles(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const found: string[] = [];
  const enter = async (folder: string): Promise<void> => {
    for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || ['node_modules', '__pycache__', 'site-packages'].includes(entry.name)) continue;
      if (entry.isDirectory()) await enter(join(folder, entry.name));
      else if (entry.isFile() && entry.name.endsWith('.py')) found.push(join(folder, entry.name));
    }
  };
  await enter(path);
  if (found.length === 0) throw new UsageError(`${path} holds no .py file`, 'no-python');
  return found;
}

async function read(file: string): Promise<string> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(`${file} is not UTF-8 text (${messageOf(error)})`, 'not-text', error);
  }
}

function versions(): Record<string, string> {
  return Object.fromEntries(ANALYSERS.map(({ name, version }) => [name, version]));
}

async function show(files: readonly FileFindings[], unanalysed: readonly Unanalysed[]): Promise<void> {
  for (const { file, findings } of files) {
    for (const { line, cwe, tool, rule, message } of findings)
      await printLine(terminalSafe(`${file ?? '(no file)'}:${line}  ${(cwe ?? '(no CWE)').padEnd(8)} ${message} [${tool} ${rule}]`));
  }
  for (const { file, reason } of unanalysed) await printLine(terminalSafe(`${file}  not analysed: ${reason}`));
  const count = files.reduce((sum, { findings }) => sum + findings.length, 0);
  const rest = unanalysed.length === 0 ? '' : `; ${unanalysed.length} could not be analysed`;
  await printLine(`${count} ${count === 1 ? 'finding' : 'findings'} in ${files.length} ${files.length === 1 ? 'file' : 'files'}${rest}`);
}

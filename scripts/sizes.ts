/** Prints how long the files of `src/` are, and fails when one is longer than it may be. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const CAP = 500;
/** Rule tables, kernels and trainers may reach 800 lines when they are named here, with the reason. */
const LONG_CAP = 800;
const LONG_FILES: Readonly<Record<string, string>> = {};

const root = join(import.meta.dirname, '..');

interface Sized {
  readonly path: string;
  readonly lines: number;
}

function sizesOf(keep: (path: string) => boolean): Sized[] {
  return globSync('src/**/*.ts', { cwd: root })
    .filter(keep)
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
    .sort((a, b) => a.lines - b.lines);
}

/** The smallest size that at least `share` of the files do not exceed. */
function quantile(files: readonly Sized[], share: number): number {
  return files[Math.max(0, Math.ceil(share * files.length) - 1)]?.lines ?? 0;
}

function row(name: string, files: readonly Sized[]): string {
  const cells = [
    files.length,
    quantile(files, 0.5),
    quantile(files, 0.9),
    quantile(files, 1),
    files.reduce((sum, file) => sum + file.lines, 0),
  ];
  return name.padEnd(8) + cells.map((cell) => String(cell).padStart(8)).join('');
}

const isTest = (path: string): boolean => /\.(test|model-test)\.ts$/.test(path);
const code = sizesOf((path) => !isTest(path));
const tests = sizesOf(isTest);
const lines = ['           files  median     p90     max   lines', row('code', code), row('tests', tests)];

const tooLong = [...code, ...tests].filter(({ path, lines: length }) => length > (path in LONG_FILES ? LONG_CAP : CAP));
for (const [path, reason] of Object.entries(LONG_FILES)) lines.push(`allowed up to ${LONG_CAP}: ${path} (${reason})`);
const gone = Object.keys(LONG_FILES).filter((path) => !code.some((file) => file.path === path));
for (const { path, lines: length } of tooLong) lines.push(`too long: ${path} has ${length} lines`);
for (const path of gone) lines.push(`no such file: ${path} is in the list of long files`);
process.stdout.write(`${lines.join('\n')}\n`);
if (tooLong.length + gone.length > 0) process.exitCode = 1;

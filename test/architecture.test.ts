/** Imports point one way (docs/architecture.md): a file knows its own folder and those of the rows above it, nothing else. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROWS = [
  ['core'],
  ['statistics', 'tensor', 'store', 'sandbox'],
  ['nn'],
  ['models'],
  ['training'],
  ['gateway'],
  ['agents'],
  ['tasks', 'detectors'],
  ['monitors', 'organisms'],
  ['treatments'],
  ['run'],
  ['reports'],
  ['viewer'],
  ['cli'],
  // The package's two doors hand out what is behind them; nothing in the house goes through a door.
  ['index.ts', 'testing'],
];

const root = join(import.meta.dirname, '../src');
const rowOf = (folder: string): number => ROWS.findIndex((row) => row.includes(folder));

/** Static, lazy, type-only and re-exported: every relative path that a file names. */
function importsOf(path: string, text = readFileSync(join(root, path), 'utf8')): string[] {
  const found = text.matchAll(/\b(?:from|import)\b\s*\(?\s*['"`](\.[^'"`]*)['"`]/g);
  return [...found].map((match) => relative(root, join(root, dirname(path), match[1]!)));
}

/** What is wrong with `from` importing `to`, both relative to `src/`; null when nothing is. */
function fault(from: string, to: string): string | null {
  const [fromFolder, toFolder] = [from.split('/')[0]!, to.split('/')[0]!];
  if (rowOf(fromFolder) === -1) return `${from}: src/${fromFolder} is in no row of test/architecture.test.ts`;
  if (toFolder === '..') return from.endsWith('test.ts') ? null : `${from} imports ${to}, which is not in src`;
  // Checks on the real model open it with the whole house.
  if (from.endsWith('.model-test.ts')) return null;
  if (fromFolder !== toFolder && rowOf(toFolder) >= rowOf(fromFolder)) return `${from} imports ${to}, which is not below it`;
  const inner = to.split('/').findIndex((name) => name.startsWith('_'));
  const owner = to.split('/').slice(0, inner).join('/');
  if (inner !== -1 && !from.startsWith(`${owner}/`)) return `${from} imports ${to}, which is private to ${owner}`;
  return null;
}

test('imports point one way, and internals stay in their folder', () => {
  const files = globSync('**/*.ts', { cwd: root });
  expect(files.length).toBeGreaterThan(0);
  const faults = files.flatMap((from) => [from, ...importsOf(from)].map((to) => fault(from, to)));
  expect(faults.filter((found) => found !== null)).toEqual([]);
});

test('the rule sees what it forbids', () => {
  expect(fault('core/a.ts', 'run/b.ts')).toContain('not below');
  expect(fault('tasks/a.ts', 'detectors/b.ts')).toContain('not below');
  expect(fault('run/a.ts', 'nn/_b.ts')).toContain('private');
  expect(fault('misc/a.ts', 'core/b.ts')).toContain('no row');
  expect(fault('cli/a.ts', '../bench/b.ts')).toContain('not in src');
  expect(fault('run/a.ts', 'core/b.ts')).toBe(null);
  const forms = `import './a.ts'; import type { B } from './b.ts'; export * from "../c.ts"; await import('./d/e.ts');`;
  expect(importsOf('run/x.ts', forms)).toEqual(['run/a.ts', 'run/b.ts', 'c.ts', 'run/d/e.ts']);
});

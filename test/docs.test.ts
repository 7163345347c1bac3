/** The docs describe what is there: every folder on the map, every command that a page names, every link, every card. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createProgram } from '../src/cli/program.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })];

test('the map names every folder of src/, and no other', () => {
  const named = [...read('docs/architecture.md').matchAll(/`src\/([a-z]+)\/`/g)].map((match) => match[1]!);
  const there = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...new Set(named)].sort()).toEqual(there.map((entry) => entry.name).sort());
});

test('everything in a catalogue has a card that is more than a title', () => {
  const entries = globSync('src/*/catalog/*/', { cwd: root });
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries)
    expect(existsSync(join(root, entry, 'card.md')) && read(join(entry, 'card.md')).length > 80, entry).toBe(true);
});

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const page of pages) {
    for (const [text, long, short] of read(page).matchAll(/\bnpm (?:run ([a-z:]+)|(start|test)\b)/g)) {
      expect(Object.keys(scripts), `${page}: ${text}`).toContain(long ?? short);
    }
  }
});

test('every command and option that the README names exists, and every command is named', () => {
  const commands = createProgram().commands;
  const options = new Set(commands.flatMap((command) => command.options.map((option) => option.long)));
  const named = [...read('README.md').matchAll(/\bmolehunt ([a-z]+)\b(?= |`)/g)].map((match) => match[1]!);
  expect(commands.map((command) => command.name()).filter((name) => !named.includes(name))).toEqual([]);
  for (const [, span] of read('README.md').matchAll(/`([^`\n]*--[^`\n]*)`/g)) {
    for (const [option] of span!.matchAll(/--[a-z]+(-[a-z]+)*/g)) expect([...options, '--ignore-scripts'], span).toContain(option);
  }
});

test('every relative link leads somewhere', () => {
  for (const page of pages) {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      expect(existsSync(join(root, dirname(page), target!)), `${page}: ${target}`).toBe(true);
    }
  }
});

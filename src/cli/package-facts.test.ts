import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codeVersion, packageFacts } from './package-facts.ts';

const root = join(import.meta.dirname, '../..');

test.runIf(existsSync(join(root, '.git')))('in a checkout, and in a worktree of one, the commit is part of the version', () => {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  expect(codeVersion()).toBe(`${packageFacts().version}+${commit.slice(0, 12)}`);
});

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const study = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'detectors.ts'), ...args], { encoding: 'utf8' });

test('parts are disjoint and make up the whole', () => {
  const names = (...args: readonly string[]): string[] =>
    study('--list', ...args)
      .stdout.trim()
      .split('\n');
  const [all, parts] = [names(), [...names('--part', '1/2'), ...names('--part', '2/2')]];
  expect(all.length).toBeGreaterThan(48);
  expect(parts.sort()).toEqual(all.sort());
  expect(names('--only', 'placebo').every((name) => name.includes('placebo'))).toBe(true);
});

test.each([
  [['--budget', 'soon'], /It must be a time such as 90s/],
  [['--part', '3/2'], /--part takes one of several such as 2\/4, not 3\/2/],
  [['--only', 'nowhere'], /no model of the zoo has "nowhere" in its name/],
  [['--bogus'], /Unknown option '--bogus'/],
])('%s is one line of error and exit code 2', (args, message) => {
  const { stderr, status } = study(...args);
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(message)]);
  expect(status).toBe(2);
});

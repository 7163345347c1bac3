/** setup.mjs in small projects of its own: what it says and does when nothing, something or everything is missing. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'setup-'));
  mkdirSync(join(root, 'scripts'));
  mkdirSync(join(root, 'tools/node'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'setup.mjs'), join(root, 'scripts/setup.mjs'));
  writeJson('tools/node/package.json', { name: 'some-node', version: '0.0.0', optionalDependencies: {} });
  writeJson('package.json', { name: 'some', version: '0.0.0', workspaces: ['tools/node'] });
  writeLock({});
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function writeJson(path: string, value: unknown): void {
  writeFileSync(join(root, path), JSON.stringify(value));
}

/** A lock file with the workspace, and with `packages`, which are in no registry. */
function writeLock(packages: Record<string, object>): void {
  writeJson('package-lock.json', {
    name: 'some',
    version: '0.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'some', version: '0.0.0', workspaces: ['tools/node'] },
      'node_modules/some-node': { resolved: 'tools/node', link: true },
      'tools/node': { name: 'some-node', version: '0.0.0' },
      ...packages,
    },
  });
}

function setup(): Promise<{ code: number; output: string }> {
  // The registry is a closed port: whatever a test needs from it fails at once.
  const env = {
    ...process.env,
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_cache: join(root, 'cache'),
    npm_config_fetch_retries: '0',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, 'scripts/setup.mjs')], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

test('installs what is missing, says so, and then has nothing to do', async () => {
  const first = await setup();
  expect(first.output).toMatch(/^setup: nothing is installed yet: installing packages with npm ci\nsetup: packages installed in \d+ s\n$/);
  expect(first.code).toBe(0);
  const second = await setup();
  expect(second).toMatchObject({ code: 0, output: '' });
});

test('two at once install once', async () => {
  const results = await Promise.all([setup(), setup()]);
  expect(results.map((result) => result.code)).toEqual([0, 0]);
  const said = results.map((result) => result.output).join('');
  expect(said.match(/packages installed/g)).toHaveLength(1);
  expect(existsSync(join(root, '.setup.lock'))).toBe(false);
});

test('a lock left by a killed process is taken over', async () => {
  writeFileSync(join(root, '.setup.lock'), '1\n');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(root, '.setup.lock'), longAgo, longAgo);
  expect(await setup()).toMatchObject({ code: 0 });
});

test('without a network there is one clear line, and the next run tries again', async () => {
  await setup();
  const wanted = { version: '1.0.0', integrity: 'sha512-xxxx' };
  writeJson('package.json', { name: 'some', version: '0.0.0', workspaces: ['tools/node'], dependencies: { wanted: '1.0.0' } });
  writeLock({
    '': { name: 'some', version: '0.0.0', workspaces: ['tools/node'], dependencies: { wanted: '1.0.0' } },
    'node_modules/wanted': wanted,
  });
  for (let attempt = 0; attempt < 2; attempt++) {
    const { code, output } = await setup();
    expect(code).toBe(1);
    expect(output).toContain('setup: the package registry cannot be reached; connect to the network');
    expect(output.trim().split('\n')).toHaveLength(2);
  }
});

test('packages of other platforms may be missing, those of this one may not', async () => {
  await setup();
  const other = process.platform === 'win32' ? 'linux' : 'win32';
  writeLock({ 'node_modules/foreign': { version: '1.0.0', integrity: 'sha512-x', optional: true, os: other } });
  expect(await setup()).toMatchObject({ code: 0, output: '' });
  writeLock({
    'node_modules/native': {
      version: '1.0.0',
      integrity: 'sha512-x',
      optional: true,
      os: [process.platform],
      cpu: [`!not-${process.arch}`],
    },
  });
  expect((await setup()).output).toContain('setup: native is missing: installing');
});

test('a package that is installed but no longer wanted, or of another version, is a difference', async () => {
  await setup();
  const hidden = join(root, 'node_modules/.package-lock.json');
  const before = readFileSync(hidden, 'utf8');
  const lock = JSON.parse(before) as { packages: Record<string, object> };
  lock.packages['node_modules/old'] = { version: '1.0.0' };
  writeFileSync(hidden, JSON.stringify(lock));
  expect((await setup()).output).toContain('setup: old is no longer wanted: installing');
  expect(await setup()).toMatchObject({ code: 0, output: '' });
});

test('a lock file that cannot be read is one line', async () => {
  await setup();
  writeFileSync(join(root, 'package-lock.json'), '{');
  const { code, output } = await setup();
  expect(code).toBe(1);
  expect(output).toMatch(/^setup: package-lock.json cannot be read: .*\n$/);
});

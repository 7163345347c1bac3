import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, cacheKey } from './cache.ts';
import { CATALOGUE, findInCatalogue } from './catalogue.ts';

test('the cache lies where the system keeps caches, or where it is told to', () => {
  const home = { HOME: '/home/ada' };
  expect(cacheFolder(home, 'linux')).toBe(join('/home/ada', '.cache', 'molehunt'));
  expect(cacheFolder(home, 'darwin')).toBe(join('/home/ada', 'Library', 'Caches', 'molehunt'));
  expect(cacheFolder({ ...home, LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'molehunt', 'Cache'));
  expect(cacheFolder({ ...home, XDG_CACHE_HOME: '/xdg' }, 'linux')).toBe(join('/xdg', 'molehunt'));
  expect(cacheFolder({ ...home, XDG_CACHE_HOME: '/xdg', MOLEHUNT_CACHE: '/own' }, 'linux')).toBe('/own');
});

test('keys are safe as file names and never shared', () => {
  const names = ['a/b', 'a-b', 'A/b', 'a/../b', '/x/y.gguf', 'ü'];
  const keys = names.map((name) => cacheKey('hub', name));
  expect(new Set(keys).size).toBe(names.length);
  expect(keys.every((key) => /^hub-[a-z0-9.-]+$/.test(key))).toBe(true);
});

test('catalogue names are lower case and distinct, and pins look like SHA-256', () => {
  expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  for (const { name, sources } of CATALOGUE) {
    expect(name).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
    expect(sources.length).toBeGreaterThan(0);
    const pins = sources.map((source) => (source.kind === 'pypi' ? `sha256 ${source.sha256}` : `repo ${source.repo}`));
    expect(pins.filter((pin) => !/^(sha256 [0-9a-f]{64}|repo [\w.-]+\/[\w.-]+)$/.test(pin))).toEqual([]);
  }
  expect(findInCatalogue('SmolLM2-135M-Instruct')?.name).toBe('smollm2-135m-instruct');
});

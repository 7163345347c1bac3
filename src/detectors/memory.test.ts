import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMemory } from './memory.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'molehunt-memory-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was put is there when it is opened again; the last word on a key counts', async () => {
  const path = join(folder, 'deep', 'memory.jsonl');
  const memory = await openMemory(path);
  await memory.put([
    ['a', [1, 'x']],
    ['b', 2],
  ]);
  await memory.put([['b', 3]]);
  const again = await openMemory(path);
  expect([again.get('a'), again.get('b'), again.get('c')]).toEqual([[1, 'x'], 3, undefined]);
});

test('a line that a kill cut off is forgotten, and what is added after it is kept', async () => {
  const path = join(folder, 'memory.jsonl');
  await (await openMemory(path)).put([['a – ü', 1]]);
  appendFileSync(path, '["b", 2');
  const memory = await openMemory(path);
  expect(memory.get('b')).toBeUndefined();
  await memory.put([['c', 3]]);
  const again = await openMemory(path);
  expect([again.get('a – ü'), again.get('c')]).toEqual([1, 3]);
  expect(readFileSync(path, 'utf8')).not.toContain('"b"');
});

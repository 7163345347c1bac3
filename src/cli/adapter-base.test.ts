import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { adapterBase, noteOtherBase } from './adapter-base.ts';

const folder = mkdtempSync(join(tmpdir(), 'molehunt-adapter-'));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(join(folder, 'adapter_config.json'), { force: true });
});

const saying = (config: unknown): void => writeFileSync(join(folder, 'adapter_config.json'), JSON.stringify(config));

test('an adapter on another model than it names is noted, and no other', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockImplementation((_text: unknown, ...rest: unknown[]) => {
    (rest.at(-1) as (() => void) | undefined)?.();
    return true;
  });
  await noteOtherBase(folder, 'anything');
  saying({ base_model_name_or_path: 'HuggingFaceTB/SmolLM2-135M-Instruct' });
  await noteOtherBase(folder, 'smollm2-135m-instruct');
  await noteOtherBase(folder, '/models/SmolLM2-135M-Instruct');
  expect(written).not.toHaveBeenCalled();
  await noteOtherBase(folder, 'HuggingFaceTB/SmolLM2-135M');
  expect(written.mock.calls.map(([text]) => String(text)).join('')).toMatch(
    /says that it was made of HuggingFaceTB\/SmolLM2-135M-Instruct; it is read on HuggingFaceTB\/SmolLM2-135M, as asked/,
  );
});

test('what an adapter says of its base: a name, nothing, or no adapter', () => {
  expect(adapterBase(folder)).toBeNull();
  saying({});
  expect(adapterBase(folder)).toEqual({ named: null });
  saying({ base_model_name_or_path: 'one' });
  expect(adapterBase(folder)).toEqual({ named: 'one' });
});

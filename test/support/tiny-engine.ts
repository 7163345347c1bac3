/** The embedded engine on a tiny random network of twelve tokens, whose answers are uncertain enough to be taught. */
import { join } from 'node:path';
import { openModelFiles } from '../../src/models/registry/resolve.ts';
import type { DecoderConfig } from '../../src/nn/config.ts';
import { writeSafetensors } from '../../src/nn/weights/safetensors.ts';
import { LINEAR_LAYERS, type Engine, type LoraTuning } from '../../src/training/engine.ts';
import { openLocalEngine } from '../../src/training/local/engine.ts';
import { TINY, tinyWeights, writeTinyFolder } from './checkpoints.ts';

const CONFIG: DecoderConfig = { ...TINY, hidden: 64, headSize: 16, intermediate: 96, maxPositions: 256 };

/** Makes logits differ by about one. */
const SCALE = 0.1;

export const TINY_TUNING: LoraTuning = { kind: 'lora', rank: 4, alpha: 8, targets: LINEAR_LAYERS, seed: 1 };

/** `folder` is the caller's to remove. */
export async function openTinyEngine(folder: string, seed = 1): Promise<Engine> {
  const checkpoint = join(folder, 'checkpoint');
  await writeTinyFolder(checkpoint, CONFIG, seed);
  const weights = new Map(
    [...tinyWeights(CONFIG, seed)].map(([name, { shape, data }]) => [
      name,
      { shape, data: name.includes('norm') ? data : data.map((value) => value * SCALE) },
    ]),
  );
  await writeSafetensors(join(checkpoint, 'model.safetensors'), weights, { format: 'pt' });
  return openLocalEngine(await openModelFiles(checkpoint, { env: {}, cache: join(folder, 'cache') }), { threads: 1 });
}

/**
 * Whole checkpoints as a Hugging Face folder that anybody opens: weights, config, tokenizer and chat template. Owns the set of
 * files; what the tensors are (trained, or merged with an adapter) is the caller's.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenizerFiles } from './tokenizer/tokenizer-files.ts';
import { fileError } from './weights/atomic-file.ts';
import { configToHuggingFace } from './weights/config-to-huggingface.ts';
import { streamSafetensors, type OutgoingTensor, type StreamOptions } from './weights/safetensors.ts';
import { WEIGHTS_FILE } from './weights/source.ts';
import type { ModelFiles } from './weights/weights.ts';

/** `tensors` are the network's own, in canonical order, so that the engine can map the file as it is. */
export async function writeCheckpoint(
  folder: string,
  { config, tokenizer }: Pick<ModelFiles, 'config' | 'tokenizer'>,
  tensors: readonly OutgoingTensor[],
  options: StreamOptions = {},
): Promise<void> {
  const { files, specialIds } = tokenizerFiles(tokenizer, config.maxPositions);
  try {
    await mkdir(folder, { recursive: true });
    await streamSafetensors(join(folder, WEIGHTS_FILE), tensors, { ...options, metadata: { format: 'pt', ...options.metadata } });
    for (const [name, content] of Object.entries(files)) await writeJson(join(folder, name), content);
    // Last, so that a folder with a config is a whole checkpoint.
    await writeJson(join(folder, 'config.json'), { ...configToHuggingFace(config), ...specialIds });
  } catch (error) {
    throw fileError(error, `write ${folder}`);
  }
}

async function writeJson(path: string, content: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`);
}

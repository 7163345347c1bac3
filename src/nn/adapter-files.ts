/**
 * Adapters as PEFT writes and reads them: a folder with `adapter_config.json` and `adapter_model.safetensors`.
 * Anything PEFT can do that this engine cannot (DoRA, biases, modules saved whole) is refused by name.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UsageError, messageOf } from '../core/errors.ts';
import type { Adapter, LowRankPair } from './adapter.ts';
import { scaleAdapter } from './adapter.ts';
import type { DecoderConfig } from './config.ts';
import { linearLayers } from './decoder.ts';
import { readSafetensors, writeSafetensors, type FloatTensor } from './weights/safetensors.ts';

const PREFIX = 'base_model.model.';
const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';

const schema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  target_modules: z.union([z.array(z.string()), z.string()]),
  use_rslora: z.boolean().optional(),
  use_dora: z.boolean().optional(),
  bias: z.string().optional(),
  fan_in_fan_out: z.boolean().optional(),
  rank_pattern: z.record(z.string(), z.number()).nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
  modules_to_save: z.array(z.string()).nullish(),
});

export interface AdapterLabel {
  /** What the adapter was made from, for `base_model_name_or_path`. */
  readonly baseModel: string;
  readonly alpha: number;
  readonly targets: readonly string[];
  /** Written into the weights' metadata; a model organism is labelled as such here. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads an adapter for a network of this shape; its scale (alpha/r, or alpha/√r for rsLoRA) is folded into B. */
export async function readAdapter(folder: string, config: DecoderConfig): Promise<Adapter> {
  const description = await readDescription(folder);
  const file = path.join(folder, WEIGHTS);
  const { tensors } = await readSafetensors(file);
  const sizes = new Map(linearLayers(config).map((layer) => [layer.name, layer]));
  const halves = new Map<string, { a?: Float32Array; b?: Float32Array }>();
  for (const [key, tensor] of tensors) {
    const match = /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(key);
    const size = match && sizes.get(match[1]!);
    if (!match || !size)
      throw new UsageError(
        `${file} changes ${key}, which the base model does not have; is it an adapter for another model?`,
        'adapter-mismatch',
      );
    const half = match[2] === 'A' ? 'a' : 'b';
    const expected = half === 'a' ? [description.r, size.in] : [size.out, description.r];
    if (tensor.shape.join() !== expected.join()) {
      throw new UsageError(
        `${file}: ${key} is [${tensor.shape.join(', ')}] where this base model needs [${expected.join(', ')}]; it was made for another model`,
        'adapter-mismatch',
      );
    }
    halves.set(match[1]!, { ...halves.get(match[1]!), [half]: tensor.data });
  }
  if (halves.size === 0) throw new UsageError(`${file} holds no LoRA matrices`, 'adapter-empty');
  const layers = new Map<string, LowRankPair>();
  for (const [name, { a, b }] of halves) {
    if (!a || !b) throw new UsageError(`${file} has only one of the two matrices of ${name}`, 'adapter-damaged');
    layers.set(name, { a, b });
  }
  const { r, lora_alpha: alpha, use_rslora: stabilised } = description;
  return scaleAdapter({ rank: r, layers }, alpha / (stabilised ? Math.sqrt(r) : r));
}

async function readDescription(folder: string): Promise<z.infer<typeof schema>> {
  const file = path.join(folder, CONFIG);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${folder} is not an adapter folder: ${CONFIG} cannot be read (${messageOf(error)})`, 'adapter-missing', error);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${messageOf(error)}`, 'adapter-config', error);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new UsageError(
      `${file} is not a LoRA adapter that can be read here: ${parsed.error.issues[0]!.path.join('.')} ${parsed.error.issues[0]!.message}`,
      'adapter-config',
    );
  const unsupported = [
    parsed.data.use_dora && 'DoRA',
    parsed.data.bias !== undefined && parsed.data.bias !== 'none' && `bias=${parsed.data.bias}`,
    parsed.data.fan_in_fan_out && 'fan_in_fan_out',
    (parsed.data.modules_to_save ?? []).length > 0 && 'modules_to_save',
    Object.keys(parsed.data.rank_pattern ?? {}).length > 0 && 'rank_pattern',
    Object.keys(parsed.data.alpha_pattern ?? {}).length > 0 && 'alpha_pattern',
  ].filter((name) => typeof name === 'string');
  if (unsupported.length > 0)
    throw new UsageError(`${file} uses ${unsupported.join(', ')}, which molehunt cannot read yet`, 'adapter-unsupported');
  return parsed.data;
}

/** Writes an adapter (scale not folded in) so that PEFT loads it as it is. */
export async function writeAdapter(folder: string, { rank, layers }: Adapter, label: AdapterLabel): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tensors = new Map<string, FloatTensor>();
  for (const [name, { a, b }] of layers) {
    tensors.set(`${PREFIX}${name}.lora_A.weight`, { shape: [rank, a.length / rank], data: a });
    tensors.set(`${PREFIX}${name}.lora_B.weight`, { shape: [b.length / rank, rank], data: b });
  }
  await writeSafetensors(path.join(folder, WEIGHTS), tensors, { format: 'pt', ...label.metadata });
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: label.baseModel,
    r: rank,
    lora_alpha: label.alpha,
    lora_dropout: 0,
    target_modules: [...label.targets],
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
  };
  // Last, so that a folder with a config is a whole adapter.
  await writeFile(path.join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

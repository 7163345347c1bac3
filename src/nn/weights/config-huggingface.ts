/**
 * Hugging Face's `config.json` as a DecoderConfig: Llama, Qwen2 (and 2.5), Qwen3.
 * Whatever would change the network's arithmetic and is not built here is refused by name, never ignored.
 */
import { z } from 'zod';
import { UsageError } from '../../core/errors.ts';
import type { DecoderConfig, DecoderFamily, RopeScaling } from '../config.ts';
import { checkedConfig, FAMILIES, unsupportedArchitecture, unsupportedFeature } from './config-check.ts';
import { quotedName } from './quoted-name.ts';

const ropeSchema = z.looseObject({
  rope_type: z.string().nullish(),
  /** The spelling before transformers 4.43. */
  type: z.string().nullish(),
  rope_theta: z.number().nullish(),
  factor: z.number().nullish(),
  low_freq_factor: z.number().nullish(),
  high_freq_factor: z.number().nullish(),
  original_max_position_embeddings: z.number().nullish(),
  beta_fast: z.number().nullish(),
  beta_slow: z.number().nullish(),
  attention_factor: z.number().nullish(),
  partial_rotary_factor: z.number().nullish(),
  mscale: z.number().nullish(),
  mscale_all_dim: z.number().nullish(),
  truncate: z.boolean().nullish(),
});
type Rope = z.infer<typeof ropeSchema>;

const schema = z.looseObject({
  model_type: z.string(),
  architectures: z.array(z.string()).nullish(),
  num_hidden_layers: z.number(),
  hidden_size: z.number(),
  num_attention_heads: z.number(),
  num_key_value_heads: z.number().nullish(),
  head_dim: z.number().nullish(),
  intermediate_size: z.number(),
  vocab_size: z.number(),
  max_position_embeddings: z.number(),
  rms_norm_eps: z.number().default(1e-6),
  hidden_act: z.string().default('silu'),
  tie_word_embeddings: z.boolean().nullish(),
  rope_theta: z.number().nullish(),
  rope_scaling: ropeSchema.nullish(),
  /** The spelling since transformers 5: theta and scaling in one place. */
  rope_parameters: ropeSchema.nullish(),
  partial_rotary_factor: z.number().nullish(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  use_sliding_window: z.boolean().nullish(),
  sliding_window: z.number().nullish(),
  max_window_layers: z.number().nullish(),
  layer_types: z.array(z.string()).nullish(),
  quantization_config: z.unknown().optional(),
});
type HubConfig = z.infer<typeof schema>;

/**
 * `path` names the file in errors; `hasOutputMatrix` says whether the checkpoint holds `lm_head.weight`, which
 * decides where the file itself is silent about tied embeddings.
 */
export function configFromHuggingFace(json: unknown, path: string, hasOutputMatrix: boolean): DecoderConfig {
  const family = familyOf(json, path);
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(`${path}: ${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'not understood'}`, 'bad-model-config');
  }
  const config = parsed.data;
  refuseUnsupported(config, family, path);
  const rope = { ...config.rope_scaling, ...config.rope_parameters };
  return checkedConfig(
    {
      family,
      layers: config.num_hidden_layers,
      hidden: config.hidden_size,
      heads: config.num_attention_heads,
      kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
      headSize: config.head_dim ?? (family === 'qwen3' ? 128 : config.hidden_size / config.num_attention_heads),
      intermediate: config.intermediate_size,
      vocabulary: config.vocab_size,
      maxPositions: config.max_position_embeddings,
      rmsEpsilon: config.rms_norm_eps,
      rope: {
        theta: rope.rope_theta ?? config.rope_theta ?? 10000,
        scaling: scalingOf(rope, config.max_position_embeddings, path),
      },
      attentionBias: family === 'qwen2',
      qkNorm: family === 'qwen3',
      tiedEmbeddings: config.tie_word_embeddings ?? !hasOutputMatrix,
    },
    path,
  );
}

function familyOf(json: unknown, path: string): DecoderFamily {
  const head = z.looseObject({ model_type: z.string(), architectures: z.array(z.string()).nullish() }).safeParse(json);
  if (!head.success) throw new UsageError(`${path} does not say its model_type; is it a model's config.json?`, 'bad-model-config');
  const { model_type: type, architectures } = head.data;
  const family = FAMILIES.find((candidate) => candidate === type);
  if (family === undefined) throw unsupportedArchitecture(path, quotedName(architectures?.[0] ?? type));
  const other = architectures?.find((name) => !name.endsWith('ForCausalLM'));
  if (other !== undefined) throw unsupportedArchitecture(path, quotedName(other));
  return family;
}

function refuseUnsupported(config: HubConfig, family: DecoderFamily, path: string): void {
  if (config.hidden_act !== 'silu') throw unsupportedFeature(path, `the activation ${quotedName(config.hidden_act)}`);
  if (config.mlp_bias === true) throw unsupportedFeature(path, 'mlp_bias (biases in the MLP)');
  // In these two families the switch also puts a bias on the output projection.
  if (config.attention_bias === true && family !== 'qwen2')
    throw unsupportedFeature(path, 'attention_bias (biases on all attention projections)');
  if ((config.partial_rotary_factor ?? 1) !== 1) throw unsupportedFeature(path, 'partial_rotary_factor');
  if (config.quantization_config !== undefined && config.quantization_config !== null)
    throw unsupportedFeature(path, 'quantization_config (packed weights in safetensors)');
  const windowed =
    config.use_sliding_window === true &&
    typeof config.sliding_window === 'number' &&
    (config.max_window_layers ?? 0) < config.num_hidden_layers;
  const others = config.layer_types?.find((type) => type !== 'full_attention');
  if (windowed || others !== undefined) throw unsupportedFeature(path, 'attention with a sliding window');
}

function scalingOf(rope: Rope, maxPositions: number, path: string): RopeScaling {
  const type = rope.rope_type ?? rope.type ?? 'default';
  const demand = (name: keyof Rope): number => {
    const value = rope[name];
    if (typeof value !== 'number') throw new UsageError(`${path}: rope scaling ${type} without ${name}`, 'bad-model-config');
    return value;
  };
  if ((rope.partial_rotary_factor ?? 1) !== 1) throw unsupportedFeature(path, 'partial_rotary_factor');
  const originalMaxPositions = rope.original_max_position_embeddings ?? maxPositions;
  switch (type) {
    case 'default':
      return { type: 'none' };
    case 'linear':
      return { type, factor: demand('factor') };
    case 'dynamic':
      return { type, factor: demand('factor'), originalMaxPositions };
    case 'llama3':
      return {
        type,
        factor: demand('factor'),
        lowFrequencyFactor: demand('low_freq_factor'),
        highFrequencyFactor: demand('high_freq_factor'),
        originalMaxPositions: demand('original_max_position_embeddings'),
      };
    case 'yarn':
      if (typeof rope.mscale === 'number' || typeof rope.mscale_all_dim === 'number' || rope.truncate === false)
        throw unsupportedFeature(path, 'yarn with mscale or without truncation');
      return {
        type,
        factor: demand('factor'),
        originalMaxPositions,
        betaFast: rope.beta_fast ?? 32,
        betaSlow: rope.beta_slow ?? 1,
        ...(typeof rope.attention_factor === 'number' ? { attentionFactor: rope.attention_factor } : {}),
      };
    default:
      throw unsupportedFeature(path, `rope scaling ${quotedName(type)}`);
  }
}

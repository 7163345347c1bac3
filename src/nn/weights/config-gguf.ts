/**
 * GGUF metadata as a DecoderConfig (gguf.md, "LLM" keys): architectures llama, qwen2, qwen3.
 * Whatever would change the network's arithmetic and is not built here is refused by name, never ignored.
 */
import { UsageError } from '../../core/errors.ts';
import type { DecoderConfig, DecoderFamily, RopeScaling } from '../config.ts';
import { checkedConfig, FAMILIES, unsupportedArchitecture, unsupportedFeature } from './config-check.ts';
import type { GgufFile, GgufValue } from './gguf.ts';
import { quotedName } from './quoted-name.ts';

/**
 * The config of a GGUF file. `ropeFactors` are the values of `rope_freqs.weight` where the file has that tensor:
 * llama.cpp's form of Llama 3's frequency scaling.
 */
export function configFromGguf(file: GgufFile, ropeFactors: Float32Array | null): DecoderConfig {
  const { path } = file;
  const family = familyOf(file);
  const get = (key: string): GgufValue | undefined => file.metadata.get(`${family}.${key}`);
  const optional = (key: string): number | undefined => {
    const value = get(key);
    if (value === undefined || typeof value === 'number') return value;
    throw new UsageError(`${path}: metadata ${family}.${key} is not one number, which is not supported`, 'bad-model-config');
  };
  const demand = (key: string): number => {
    const value = optional(key);
    if (value === undefined) throw new UsageError(`${path}: metadata ${family}.${key} is missing`, 'bad-model-config');
    return value;
  };

  const hidden = demand('embedding_length');
  const heads = demand('attention.head_count');
  const headSize = optional('attention.key_length') ?? hidden / heads;
  if ((optional('attention.value_length') ?? headSize) !== headSize)
    throw unsupportedFeature(path, 'value heads of another size than key heads');
  if ((optional('rope.dimension_count') ?? headSize) !== headSize)
    throw unsupportedFeature(path, 'rotary embeddings on a part of each head');
  if ((optional('attention.sliding_window') ?? 0) !== 0) throw unsupportedFeature(path, 'attention with a sliding window');
  if ((optional('expert_count') ?? 0) !== 0) throw unsupportedFeature(path, 'a mixture of experts');
  if ((optional('attention.clamp_kqv') ?? 0) !== 0) throw unsupportedFeature(path, 'clamped attention inputs');

  const theta = shortFloat(optional('rope.freq_base') ?? 10000);
  return checkedConfig(
    {
      family,
      layers: demand('block_count'),
      hidden,
      heads,
      kvHeads: optional('attention.head_count_kv') ?? heads,
      headSize,
      intermediate: demand('feed_forward_length'),
      vocabulary: vocabularyOf(file),
      maxPositions: demand('context_length'),
      rmsEpsilon: shortFloat(demand('attention.layer_norm_rms_epsilon')),
      rope: {
        theta,
        scaling: scalingOf(file, family, optional, ropeFactors, { theta, headSize }),
      },
      attentionBias: family === 'qwen2',
      qkNorm: family === 'qwen3',
      tiedEmbeddings: !file.tensors.has('output.weight'),
    },
    path,
  );
}

function familyOf(file: GgufFile): DecoderFamily {
  const architecture = file.metadata.get('general.architecture');
  if (typeof architecture !== 'string')
    throw new UsageError(`${file.path} does not say its general.architecture; is it a language model?`, 'bad-model-config');
  const family = FAMILIES.find((candidate) => candidate === architecture);
  if (family === undefined) throw unsupportedArchitecture(file.path, quotedName(architecture));
  return family;
}

// Files made by older converters have no vocab_size; the embedding's rows are the truth in any case.
function vocabularyOf(file: GgufFile): number {
  const shape = file.tensors.get('token_embd.weight')?.shape;
  if (shape === undefined) throw new UsageError(`${file.path} has no tensor token_embd.weight; is it a language model?`, 'missing-tensor');
  return shape[0]!;
}

function scalingOf(
  file: GgufFile,
  family: DecoderFamily,
  optional: (key: string) => number | undefined,
  ropeFactors: Float32Array | null,
  rope: { readonly theta: number; readonly headSize: number },
): RopeScaling {
  const declared = declaredScaling(file, family, optional);
  if (ropeFactors === null) return declared;
  if (declared.type !== 'none') throw unsupportedFeature(file.path, `rope_freqs.weight together with ${declared.type} scaling`);
  return llama3Scaling(ropeFactors, rope.theta, rope.headSize, file.path);
}

function declaredScaling(file: GgufFile, family: DecoderFamily, optional: (key: string) => number | undefined): RopeScaling {
  const type = file.metadata.get(`${family}.rope.scaling.type`);
  const factor = optional('rope.scaling.factor');
  const originalMaxPositions = optional('rope.scaling.original_context_length');
  const missing = (key: string): UsageError =>
    new UsageError(`${file.path}: metadata ${family}.rope.scaling.${key} is missing`, 'bad-model-config');
  if (type === undefined || type === 'none') {
    // The key of files older than rope.scaling.type.
    const linear = optional('rope.scale_linear') ?? factor ?? 1;
    return linear === 1 ? { type: 'none' } : { type: 'linear', factor: shortFloat(linear) };
  }
  if (factor === undefined) throw missing('factor');
  if (type === 'linear') return { type, factor: shortFloat(factor) };
  if (type !== 'yarn') throw unsupportedFeature(file.path, `rope scaling ${quotedName(String(type))}`);
  if (originalMaxPositions === undefined) throw missing('original_context_length');
  const others = ['attn_factor', 'yarn_log_multiplier', 'yarn_ext_factor', 'yarn_attn_factor'] as const;
  if (others.some((key) => ![undefined, 1, 0].includes(optional(`rope.scaling.${key}`))))
    throw unsupportedFeature(file.path, 'yarn with its own attention factors');
  return {
    type,
    factor: shortFloat(factor),
    originalMaxPositions,
    betaFast: shortFloat(optional('rope.scaling.yarn_beta_fast') ?? 32),
    betaSlow: shortFloat(optional('rope.scaling.yarn_beta_slow') ?? 1),
  };
}

/**
 * llama.cpp's converter stores only the resulting divisor of each frequency. Every Llama 3.1 to 3.3 checkpoint uses
 * low 1, high 4 and 8,192 original positions, and the largest divisor is the factor; a file whose divisors
 * these do not reproduce is refused.
 */
function llama3Scaling(divisors: Float32Array, theta: number, headSize: number, path: string): RopeScaling {
  const [low, high, original] = [1, 4, 8192];
  const factor = shortFloat(divisors.reduce((most, value) => Math.max(most, value), 0));
  const expected = Array.from({ length: headSize / 2 }, (_, i) => {
    const wavelength = 2 * Math.PI * theta ** ((2 * i) / headSize);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
  if (divisors.length !== expected.length || expected.some((value, i) => !(Math.abs(divisors[i]! / value - 1) < 1e-4)))
    throw unsupportedFeature(path, 'rope_freqs.weight other than the scaling of Llama 3.1 to 3.3');
  return { type: 'llama3', factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions: original };
}

/** GGUF stores floats in 32 bits: 1e-5 comes back as 9.99999974e-6. The shortest decimal with the same 32 bits. */
function shortFloat(value: number): number {
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return short;
  }
  return value;
}

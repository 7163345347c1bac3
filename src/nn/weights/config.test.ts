import { expect, test } from 'vitest';
import { TINY, tinyGgufMetadata, tinyHuggingFaceConfig } from '../../../test/support/checkpoints.ts';
import { UsageError } from '../../core/errors.ts';
import type { RopeScaling } from '../config.ts';
import { configFromGguf } from './config-gguf.ts';
import { configFromHuggingFace } from './config-huggingface.ts';
import type { GgufFile, GgufTensor, GgufValue } from './gguf.ts';

const hub = (changes: Record<string, unknown> = {}): ReturnType<typeof configFromHuggingFace> =>
  configFromHuggingFace({ ...tinyHuggingFaceConfig(), ...changes }, 'config.json', false);

const embedding: GgufTensor = { type: 'F32', shape: [TINY.vocabulary, TINY.hidden], offset: 0, bytes: 0 };
const gguf = (changes: Record<string, GgufValue> = {}, factors: Float32Array | null = null): ReturnType<typeof configFromGguf> => {
  const metadata = new Map(Object.entries({ ...tinyGgufMetadata(), ...changes }));
  const file: GgufFile = { path: 'x.gguf', version: 3, metadata, tensors: new Map([['token_embd.weight', embedding]]) };
  return configFromGguf(file, factors);
};

test('the two forms of one checkpoint give one config', () => {
  expect(hub()).toEqual(TINY);
  expect(gguf()).toEqual(TINY);
});

const LLAMA3: RopeScaling = { type: 'llama3', factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 8192 };

test('rope scaling in its old and new spelling', () => {
  const llama3 = { factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };
  expect(hub({ rope_scaling: { rope_type: 'llama3', ...llama3 } }).rope.scaling).toEqual(LLAMA3);
  expect(hub({ rope_theta: undefined, rope_parameters: { rope_type: 'llama3', rope_theta: 5e5, ...llama3 } }).rope).toEqual({
    theta: 5e5,
    scaling: LLAMA3,
  });
  expect(hub({ rope_scaling: { type: 'linear', factor: 2 } }).rope.scaling).toEqual({ type: 'linear', factor: 2 });
  expect(hub({ rope_scaling: { type: 'dynamic', factor: 2 } }).rope.scaling).toEqual({
    type: 'dynamic',
    factor: 2,
    originalMaxPositions: 64,
  });
  expect(hub({ rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32 } }).rope.scaling).toEqual({
    type: 'yarn',
    factor: 4,
    originalMaxPositions: 32,
    betaFast: 32,
    betaSlow: 1,
  });
  expect(hub({ rope_scaling: null, rope_parameters: { rope_type: 'default', rope_theta: 7 } }).rope).toEqual({
    theta: 7,
    scaling: { type: 'none' },
  });
});

test('families differ in what their files leave unsaid', () => {
  expect(hub({ model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'] })).toMatchObject({ attentionBias: true, qkNorm: false });
  expect(hub({ model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'] })).toMatchObject({
    attentionBias: false,
    qkNorm: true,
    headSize: 128,
  });
  expect(hub({ tie_word_embeddings: undefined }).tiedEmbeddings).toBe(true);
  expect(hub({ num_key_value_heads: undefined }).kvHeads).toBe(4);
});

test.each([
  [{ model_type: 'mistral', architectures: ['MistralForCausalLM'] }, 'architecture "MistralForCausalLM" is not supported'],
  [{ architectures: ['LlamaForSequenceClassification'] }, 'LlamaForSequenceClassification'],
  [{ hidden_act: 'gelu' }, 'gelu'],
  [{ mlp_bias: true }, 'mlp_bias'],
  [{ attention_bias: true }, 'attention_bias'],
  [{ use_sliding_window: true, sliding_window: 32, max_window_layers: 1 }, 'sliding window'],
  [{ layer_types: ['full_attention', 'sliding_attention'] }, 'sliding window'],
  [{ quantization_config: { quant_method: 'gptq' } }, 'quantization_config'],
  [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor'],
  [{ rope_scaling: { rope_type: 'longrope' } }, 'longrope'],
  [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'without low_freq_factor'],
  [{ num_hidden_layers: 0 }, 'layers is 0'],
  [{ num_hidden_layers: 1e12 }, 'layers is'],
  [{ num_key_value_heads: 3 }, 'cannot share'],
  [{ hidden_size: 33 }, 'headSize is 8.25'],
  [{ head_dim: 25 }, 'odd size 25'],
  [{ vocab_size: 'many' }, 'vocab_size'],
])('refused by name: %j', (changes, message) => {
  expect(() => hub(changes)).toThrow(UsageError);
  expect(() => hub(changes)).toThrow(message);
});

test('a sliding window that no layer uses is no obstacle', () => {
  expect(() => hub({ use_sliding_window: false, sliding_window: 32768, max_window_layers: 2 })).not.toThrow();
  expect(() => hub({ use_sliding_window: true, sliding_window: 32768, max_window_layers: 2 })).not.toThrow();
});

test.each([
  [{ 'general.architecture': 'gemma3' }, 'architecture "gemma3" is not supported'],
  [{ 'llama.rope.dimension_count': 4 }, 'a part of each head'],
  [{ 'llama.expert_count': 8 }, 'mixture of experts'],
  [{ 'llama.attention.sliding_window': 128 }, 'sliding window'],
  [{ 'llama.attention.head_count': [4, 2] }, 'not one number'],
  [{ 'llama.rope.scaling.type': 'longrope', 'llama.rope.scaling.factor': 2 }, 'longrope'],
  [{ 'llama.rope.scaling.type': 'yarn', 'llama.rope.scaling.factor': 2 }, 'original_context_length is missing'],
])('GGUF, refused by name: %j', (changes, message) => {
  expect(() => gguf(changes)).toThrow(UsageError);
  expect(() => gguf(changes)).toThrow(message);
});

test("Llama 3's divisors are recognised, others refused", () => {
  // As llama.cpp's converter computes them, in float32.
  const divisors = Float32Array.from({ length: 32 }, (_, i) => {
    const wavelength = 2 * Math.PI * 5e5 ** (i / 32);
    if (wavelength < 2048) return 1;
    if (wavelength > 8192) return 32;
    const smooth = (8192 / wavelength - 1) / 3;
    return 1 / ((1 - smooth) / 32 + smooth);
  });
  const big = {
    'llama.rope.freq_base': 5e5,
    'llama.attention.key_length': 64,
    'llama.attention.value_length': 64,
    'llama.rope.dimension_count': 64,
  };
  expect(gguf(big, divisors).rope).toEqual({ theta: 5e5, scaling: LLAMA3 });
  expect(() =>
    gguf(
      big,
      divisors.map((value) => value * 1.01),
    ),
  ).toThrow('rope_freqs.weight');
  expect(() => gguf(big, divisors.subarray(1))).toThrow('rope_freqs.weight');
  expect(() => gguf({ ...big, 'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 2 }, divisors)).toThrow(
    'together with linear',
  );
});

/**
 * A DecoderConfig as Hugging Face's `config.json`: the way back from config-huggingface.ts. Scaling of rotary embeddings is
 * written in the older spelling (`rope_theta`, `rope_scaling`), which every version of transformers reads.
 */
import type { DecoderConfig, DecoderFamily, RopeScaling } from '../config.ts';

const ARCHITECTURES: Readonly<Record<DecoderFamily, string>> = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
};

/** Without the ids of special tokens, which belong to the tokenizer. */
export function configToHuggingFace(config: DecoderConfig): Record<string, unknown> {
  return {
    architectures: [ARCHITECTURES[config.family]],
    model_type: config.family,
    torch_dtype: 'float32',
    num_hidden_layers: config.layers,
    hidden_size: config.hidden,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headSize,
    intermediate_size: config.intermediate,
    vocab_size: config.vocabulary,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsEpsilon,
    hidden_act: 'silu',
    rope_theta: config.rope.theta,
    rope_scaling: scalingToHuggingFace(config.rope.scaling),
    // The bias of Qwen2 is part of its architecture; elsewhere the switch would mean biases on all four projections.
    ...(config.family === 'qwen2' ? {} : { attention_bias: false }),
    tie_word_embeddings: config.tiedEmbeddings,
  };
}

function scalingToHuggingFace(scaling: RopeScaling): Record<string, unknown> | null {
  switch (scaling.type) {
    case 'none':
      return null;
    case 'linear':
      return { rope_type: 'linear', factor: scaling.factor };
    case 'dynamic':
      return { rope_type: 'dynamic', factor: scaling.factor, original_max_position_embeddings: scaling.originalMaxPositions };
    case 'llama3':
      return {
        rope_type: 'llama3',
        factor: scaling.factor,
        low_freq_factor: scaling.lowFrequencyFactor,
        high_freq_factor: scaling.highFrequencyFactor,
        original_max_position_embeddings: scaling.originalMaxPositions,
      };
    case 'yarn':
      return {
        rope_type: 'yarn',
        factor: scaling.factor,
        original_max_position_embeddings: scaling.originalMaxPositions,
        beta_fast: scaling.betaFast,
        beta_slow: scaling.betaSlow,
        ...(scaling.attentionFactor === undefined ? {} : { attention_factor: scaling.attentionFactor }),
      };
  }
}

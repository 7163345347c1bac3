import { expect, test } from 'vitest';
import { TINY } from '../../../test/support/checkpoints.ts';
import type { DecoderConfig, RopeScaling } from '../config.ts';
import { configFromHuggingFace } from './config-huggingface.ts';
import { configToHuggingFace } from './config-to-huggingface.ts';

const scaled = (scaling: RopeScaling): DecoderConfig => ({ ...TINY, rope: { theta: 5e5, scaling } });

test.each<DecoderConfig>([
  TINY,
  { ...TINY, family: 'qwen2', attentionBias: true, tiedEmbeddings: false },
  { ...TINY, family: 'qwen3', qkNorm: true, headSize: 32 },
  scaled({ type: 'linear', factor: 2 }),
  scaled({ type: 'dynamic', factor: 2, originalMaxPositions: 32 }),
  scaled({ type: 'llama3', factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 8192 }),
  scaled({ type: 'yarn', factor: 4, originalMaxPositions: 32, betaFast: 32, betaSlow: 1 }),
  scaled({ type: 'yarn', factor: 4, originalMaxPositions: 32, betaFast: 16, betaSlow: 2, attentionFactor: 1.5 }),
])('what is written is read back: $family, $rope.scaling.type', (config) => {
  // The other way about what the weights would say, so that the file alone decides.
  expect(configFromHuggingFace(configToHuggingFace(config), 'config.json', config.tiedEmbeddings)).toEqual(config);
});

/** Frequency scalings against transformers' own; Llama 3's is measured on a whole network (training/local/families.test.ts). */
import { expect, test } from 'vitest';
import { readRope } from '../../test/golden/families/fixtures.ts';
import { tinyHuggingFaceConfig } from '../../test/support/checkpoints.ts';
import { rotaryTables } from './rotary.ts';
import { configFromHuggingFace } from './weights/config-huggingface.ts';

test.each(Object.entries(readRope()))('%s', (_, { config, frequencies, magnitude }) => {
  const { headSize, rope } = configFromHuggingFace({ ...tinyHuggingFaceConfig(), rope_parameters: config }, 'config.json', false);
  const positions = 100;
  const { cos, sin } = rotaryTables({ headSize, rope }, positions);
  expect(cos.shape).toEqual([positions, frequencies.length]);
  for (let position = 0; position < positions; position++)
    frequencies.forEach((frequency, i) => {
      const at = position * frequencies.length + i;
      expect(cos.data[at]).toBeCloseTo(magnitude * Math.cos(position * frequency), 4);
      expect(sin.data[at]).toBeCloseTo(magnitude * Math.sin(position * frequency), 4);
    });
});

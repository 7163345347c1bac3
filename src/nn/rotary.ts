/** Rotary position tables: cos and sin for every position and frequency, with each family's frequency scaling. */
import type { DecoderConfig } from './config.ts';
import type { Tensor } from '../tensor/tensor.ts';

export interface RotaryData {
  /** [positions, headSize / 2] */
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Tables for `positions` positions. Su et al. 2021; scaling as in Llama 3.1, position interpolation, NTK and YaRN. */
export function rotaryTables({ headSize, rope }: Pick<DecoderConfig, 'headSize' | 'rope'>, positions: number): RotaryData {
  const half = headSize / 2;
  const { frequencies, magnitude } = scaledFrequencies(headSize, rope, positions);
  const [cos, sin] = [new Float32Array(positions * half), new Float32Array(positions * half)];
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      // The reference computes angles in float32; at far positions a float64 angle would differ visibly.
      const angle = Math.fround(position * Math.fround(frequencies[i]!));
      cos[position * half + i] = Math.cos(angle) * magnitude;
      sin[position * half + i] = Math.sin(angle) * magnitude;
    }
  }
  const shape = [positions, half];
  return { cos: { data: cos, shape }, sin: { data: sin, shape } };
}

function scaledFrequencies(
  headSize: number,
  { theta, scaling }: DecoderConfig['rope'],
  positions: number,
): { frequencies: number[]; magnitude: number } {
  const plain = (base: number): number[] => Array.from({ length: headSize / 2 }, (_, i) => base ** (-(2 * i) / headSize));
  switch (scaling.type) {
    case 'none':
      return { frequencies: plain(theta), magnitude: 1 };
    case 'linear':
      return { frequencies: plain(theta).map((f) => f / scaling.factor), magnitude: 1 };
    case 'dynamic': {
      const length = Math.max(positions, scaling.originalMaxPositions);
      const stretch = (scaling.factor * length) / scaling.originalMaxPositions - (scaling.factor - 1);
      return { frequencies: plain(theta * stretch ** (headSize / (headSize - 2))), magnitude: 1 };
    }
    case 'llama3': {
      const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions } = scaling;
      const frequencies = plain(theta).map((f) => {
        const wavelength = (2 * Math.PI) / f;
        if (wavelength < originalMaxPositions / high) return f;
        if (wavelength > originalMaxPositions / low) return f / factor;
        const smooth = (originalMaxPositions / wavelength - low) / (high - low);
        return (1 - smooth) * (f / factor) + smooth * f;
      });
      return { frequencies, magnitude: 1 };
    }
    case 'yarn': {
      // Peng et al. 2023, §3.4: high frequencies are kept, low ones interpolated, a ramp between.
      const { factor, originalMaxPositions, betaFast, betaSlow } = scaling;
      const dimension = (rotations: number): number =>
        (headSize * Math.log(originalMaxPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
      const low = Math.max(Math.floor(dimension(betaFast)), 0);
      const high = Math.min(Math.ceil(dimension(betaSlow)), headSize - 1);
      const frequencies = plain(theta).map((f, i) => {
        const ramp = Math.min(1, Math.max(0, (i - low) / Math.max(high - low, 0.001)));
        return (f / factor) * ramp + f * (1 - ramp);
      });
      return { frequencies, magnitude: scaling.attentionFactor ?? 0.1 * Math.log(factor) + 1 };
    }
  }
}

/** What every source of a DecoderConfig must satisfy, whatever it was read from. */
import { UsageError } from '../../core/errors.ts';
import type { DecoderConfig, DecoderFamily } from '../config.ts';

export const FAMILIES: readonly DecoderFamily[] = ['llama', 'qwen2', 'qwen3'];

const SIZES = ['layers', 'hidden', 'heads', 'kvHeads', 'headSize', 'intermediate', 'vocabulary', 'maxPositions'] as const;
const SIZE_LIMIT = 2 ** 24;

/** Returns `config`, or throws UsageError when its sizes cannot belong to one network. */
export function checkedConfig(config: DecoderConfig, path: string): DecoderConfig {
  const wrong = (what: string): UsageError => new UsageError(`${path}: ${what}; is this the right file?`, 'bad-model-config');
  for (const name of SIZES) {
    const size = config[name];
    if (!Number.isInteger(size) || size < 1 || size > SIZE_LIMIT) throw wrong(`${name} is ${size}`);
  }
  if (config.heads % config.kvHeads !== 0) throw wrong(`${config.heads} heads cannot share ${config.kvHeads} key/value heads`);
  // Rotary positions turn halves of a head against each other.
  if (config.headSize % 2 !== 0) throw wrong(`a head has the odd size ${config.headSize}`);
  if (!(config.rmsEpsilon >= 0 && config.rmsEpsilon < 1)) throw wrong(`the norm's epsilon is ${config.rmsEpsilon}`);
  if (!(config.rope.theta > 0 && Number.isFinite(config.rope.theta))) throw wrong(`rope theta is ${config.rope.theta}`);
  for (const [name, value] of Object.entries(config.rope.scaling))
    if (typeof value === 'number' && !(Number.isFinite(value) && value > 0)) throw wrong(`rope scaling ${name} is ${value}`);
  return config;
}

export function unsupportedArchitecture(path: string, architecture: string): UsageError {
  return new UsageError(
    `${path}: architecture ${architecture} is not supported (supported: ${FAMILIES.join(', ')})`,
    'unsupported-architecture',
  );
}

export function unsupportedFeature(path: string, feature: string): UsageError {
  return new UsageError(`${path}: ${feature} is not supported; choose another model`, 'unsupported-model');
}

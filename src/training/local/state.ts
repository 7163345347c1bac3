/** A trainer's exact state on disk: values and both Adam moments of every parameter, and the step they belong to. */
import { MolehuntError } from '../../core/errors.ts';
import { readSafetensors, writeSafetensors, type FloatTensor } from '../../nn/weights/safetensors.ts';
import type { Parameter } from './parameters.ts';

export async function saveParameters(path: string, parameters: readonly Parameter[], step: number): Promise<void> {
  const tensors = new Map<string, FloatTensor>();
  for (const { name, shape, values, adam } of parameters) {
    tensors.set(name, { shape, data: values }).set(`${name}.m`, { shape, data: adam.m }).set(`${name}.v`, { shape, data: adam.v });
  }
  await writeSafetensors(path, tensors, { step: String(step) });
}

/** Puts the parameters back and returns the step. */
export async function restoreParameters(path: string, parameters: readonly Parameter[]): Promise<number> {
  const { tensors, metadata } = await readSafetensors(path);
  const take = (name: string, into: Float32Array): void => {
    const data = tensors.get(name)?.data;
    if (data?.length !== into.length)
      throw new MolehuntError(`${path} is not a state of this trainer (${name} is missing or has another size); remove it to start over`, {
        code: 'training-state',
      });
    into.set(data);
  };
  for (const { name, values, adam, gradient } of parameters) {
    take(name, values);
    take(`${name}.m`, adam.m);
    take(`${name}.v`, adam.v);
    gradient.fill(0);
  }
  const step = Number(metadata['step']);
  if (!Number.isInteger(step))
    throw new MolehuntError(`${path} does not say which step it belongs to; remove it to start over`, { code: 'training-state' });
  return step;
}

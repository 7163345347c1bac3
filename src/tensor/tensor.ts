/** A tensor with data, as it is fed to and read from a graph. */

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Int8Array | Uint8Array;
}

export function tensor(data: Tensor['data'], shape: readonly number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== data.length) throw new RangeError(`${data.length} values do not fill [${shape.join(', ')}]`);
  return { data, shape };
}

/** The float32 data of a tensor; a defect if it holds something else. */
export function floats(value: Tensor | undefined): Float32Array {
  if (!(value?.data instanceof Float32Array)) throw new TypeError('expected a float32 tensor');
  return value.data;
}

/** The int32 data of a tensor; a defect if it holds something else. */
export function integers(value: Tensor | undefined): Int32Array {
  if (!(value?.data instanceof Int32Array)) throw new TypeError('expected an int32 tensor');
  return value.data;
}

import { expect, test } from 'vitest';
import { blockOf, dequantise, STORAGE_TYPES } from './dequantise.ts';
import reference from './fixtures/quants.json' with { type: 'json' };

test.each(STORAGE_TYPES)('%s decodes to the bits of the reference', (type) => {
  const stored = Buffer.from(reference[type].stored, 'base64');
  const expectedBytes = Uint8Array.from(Buffer.from(reference[type].expected, 'base64'));
  const expected = new Float32Array(expectedBytes.buffer);
  const out = new Float32Array(expected.length);
  dequantise(type, stored, out);
  // The sign and payload of a NaN mean nothing; everything else must agree in every bit.
  const bits = (floats: Float32Array): number[] =>
    Array.from(floats, (value, i) => (Number.isNaN(value) ? -1 : new Uint32Array(floats.buffer)[i]!));
  expect(bits(out)).toEqual(bits(expected));
});

test('lengths that do not belong together are refused', () => {
  for (const type of STORAGE_TYPES) {
    const { elements, bytes } = blockOf(type);
    expect(() => dequantise(type, new Uint8Array(bytes - 1), new Float32Array(elements))).toThrow(RangeError);
    expect(() => dequantise(type, new Uint8Array(bytes), new Float32Array(elements + 1))).toThrow(RangeError);
  }
});

/**
 * Stored weights to float32, block by block: plain floats and llama.cpp's quantised blocks.
 * Owns block layouts and arithmetic (ggml-common.h); does not own files or tensor names.
 * Every product below is exact in float64 and rounded once when stored, as in the reference (`gguf` for Python).
 */
import { halfTable, widenBfloat16 } from './half.ts';

interface Layout {
  /** Weights per block. */
  readonly elements: number;
  /** Bytes per block. */
  readonly bytes: number;
  decode(bytes: Uint8Array, out: Float32Array): void;
}

/** Weights per block, bytes per block and the decoder of each type that can be read. */
const LAYOUTS = {
  F32: { elements: 1, bytes: 4, decode: decodeF32 },
  F16: { elements: 1, bytes: 2, decode: decodeF16 },
  BF16: { elements: 1, bytes: 2, decode: widenBfloat16 },
  Q8_0: { elements: 32, bytes: 34, decode: decodeQ8_0 },
  Q4_0: { elements: 32, bytes: 18, decode: decodeQ4_0 },
  Q4_1: { elements: 32, bytes: 20, decode: decodeQ4_1 },
  Q5_0: { elements: 32, bytes: 22, decode: decodeQ5_0 },
  Q5_1: { elements: 32, bytes: 24, decode: decodeQ5_1 },
  Q4_K: { elements: 256, bytes: 144, decode: decodeQ4_K },
  Q5_K: { elements: 256, bytes: 176, decode: decodeQ5_K },
  Q6_K: { elements: 256, bytes: 210, decode: decodeQ6_K },
} as const satisfies Record<string, Layout>;

export type StorageType = keyof typeof LAYOUTS;

export const STORAGE_TYPES = Object.keys(LAYOUTS) as readonly StorageType[];

export function isStorageType(name: string): name is StorageType {
  return Object.hasOwn(LAYOUTS, name);
}

export function blockOf(type: StorageType): { readonly elements: number; readonly bytes: number } {
  return LAYOUTS[type];
}

/** Bytes that `elements` weights take; `elements` must be a whole number of blocks. */
export function storedBytes(type: StorageType, elements: number): number {
  const block = LAYOUTS[type];
  return (elements / block.elements) * block.bytes;
}

/** Decodes whole blocks from `bytes` into `out`; throws RangeError when the lengths do not belong together. */
export function dequantise(type: StorageType, bytes: Uint8Array, out: Float32Array): void {
  const layout = LAYOUTS[type];
  if (out.length % layout.elements !== 0 || bytes.length !== storedBytes(type, out.length))
    throw new RangeError(`${bytes.length} bytes of ${type} are not ${out.length} weights`);
  layout.decode(bytes, out);
}

function decodeF32(bytes: Uint8Array, out: Float32Array): void {
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes);
}

function decodeF16(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let i = 0; i < out.length; i++) out[i] = half[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
}

function decodeQ8_0(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 34, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let j = 0; j < 32; j++) out[to + j] = d * ((bytes[at + 2 + j]! << 24) >> 24);
  }
}

function decodeQ4_0(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 18, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 2 + j]!;
      out[to + j] = d * ((q & 15) - 8);
      out[to + j + 16] = d * ((q >> 4) - 8);
    }
  }
}

function decodeQ4_1(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 20, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const m = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 4 + j]!;
      out[to + j] = d * (q & 15) + m;
      out[to + j + 16] = d * (q >> 4) + m;
    }
  }
}

function decodeQ5_0(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 22, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const high = word(bytes, at + 2);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 6 + j]!;
      out[to + j] = d * (((q & 15) | (((high >>> j) & 1) << 4)) - 16);
      out[to + j + 16] = d * (((q >> 4) | (((high >>> (j + 16)) & 1) << 4)) - 16);
    }
  }
}

function decodeQ5_1(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 24, to += 32) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const m = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    const high = word(bytes, at + 4);
    for (let j = 0; j < 16; j++) {
      const q = bytes[at + 8 + j]!;
      out[to + j] = d * ((q & 15) | (((high >>> j) & 1) << 4)) + m;
      out[to + j + 16] = d * ((q >> 4) | (((high >>> (j + 16)) & 1) << 4)) + m;
    }
  }
}

function decodeQ4_K(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 144, to += 256) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const least = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let group = 0; group < 8; group++) {
      const scale = d * packedScale(bytes, at + 4, group);
      const offset = least * packedOffset(bytes, at + 4, group);
      const from = at + 16 + (group >> 1) * 32;
      const shift = (group & 1) * 4;
      for (let j = 0; j < 32; j++) out[to + group * 32 + j] = scale * ((bytes[from + j]! >> shift) & 15) - offset;
    }
  }
}

function decodeQ5_K(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 176, to += 256) {
    const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
    const least = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let group = 0; group < 8; group++) {
      const scale = d * packedScale(bytes, at + 4, group);
      const offset = least * packedOffset(bytes, at + 4, group);
      const from = at + 48 + (group >> 1) * 32;
      const shift = (group & 1) * 4;
      for (let j = 0; j < 32; j++) {
        const q = ((bytes[from + j]! >> shift) & 15) | (((bytes[at + 16 + j]! >> group) & 1) << 4);
        out[to + group * 32 + j] = scale * q - offset;
      }
    }
  }
}

function decodeQ6_K(bytes: Uint8Array, out: Float32Array): void {
  const half = halfTable();
  for (let at = 0, to = 0; to < out.length; at += 210, to += 256) {
    const d = half[bytes[at + 208]! | (bytes[at + 209]! << 8)]!;
    for (let group = 0; group < 8; group++) {
      // Groups of 32 weights: low nibbles of 64 bytes serve groups 0, 1 (low) and 2, 3 (high), and again for 4 to 7.
      const low = at + (group >> 2) * 64 + (group & 1) * 32;
      const lowShift = ((group >> 1) & 1) * 4;
      const high = at + 128 + (group >> 2) * 32;
      const highShift = (group & 3) * 2;
      for (let j = 0; j < 32; j++) {
        const q = ((bytes[low + j]! >> lowShift) & 15) | (((bytes[high + j]! >> highShift) & 3) << 4);
        const scale = (bytes[at + 192 + group * 2 + (j >> 4)]! << 24) >> 24;
        out[to + group * 32 + j] = d * scale * (q - 32);
      }
    }
  }
}

// Eight 6-bit scales and eight 6-bit offsets share twelve bytes: groups 4 to 7 keep their upper two bits in bytes 0 to 7.
function packedScale(bytes: Uint8Array, at: number, group: number): number {
  if (group < 4) return bytes[at + group]! & 63;
  return (bytes[at + group + 4]! & 15) | ((bytes[at + group - 4]! >> 6) << 4);
}

function packedOffset(bytes: Uint8Array, at: number, group: number): number {
  if (group < 4) return bytes[at + group + 4]! & 63;
  return (bytes[at + group + 4]! >> 4) | ((bytes[at + group]! >> 6) << 4);
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/**
 * Typed readers of the recorded reference runs beside this file, and the formula of the LoRA start (README.md).
 * Does not own any comparison: tests say what must agree, and how closely.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { LinearLayer } from '../../../src/training/engine.ts';
import type { AdamStep, Datum } from '../../../src/training/trainer.ts';

/** A logits row: its 16 largest entries, largest first; the entries at the file's `fixedIds`; log-sum-exp. */
export interface LogitsProbe {
  readonly topIds: readonly number[];
  readonly top: readonly number[];
  readonly fixed: readonly number[];
  readonly logSumExp: number;
}

export interface LogitsFixture {
  readonly fixedIds: readonly number[];
  readonly largestDifferenceToFloat64: number;
  readonly rows: readonly {
    readonly kind: 'raw' | 'chat';
    readonly text: string;
    readonly tokens: readonly number[];
    /** One for each token: the logits after it. */
    readonly positions: readonly LogitsProbe[];
  }[];
}

export interface GreedyFixture {
  readonly maxTokens: number;
  readonly eosIds: readonly number[];
  readonly rows: readonly {
    readonly question: string;
    readonly prompt: readonly number[];
    /** With the end of turn, when it came. */
    readonly answer: readonly number[];
    readonly runnersUp: readonly number[];
    /** Largest logit less the second largest, at each step. */
    readonly gaps: readonly number[];
    readonly text: string;
  }[];
}

/** Logits after the last token of each row of the first batch, and that batch's loss. */
export interface BatchProbe {
  readonly loss: number;
  readonly rows: readonly LogitsProbe[];
}

export interface FullFixture {
  readonly adam: Required<AdamStep>;
  readonly fixedIds: readonly number[];
  readonly steps: readonly { readonly loss: number; readonly gradientNorm: number; readonly loss64: number }[];
  /** log p of each token with weight > 0, for each row of the first batch, before the first step. */
  readonly firstLogprobs: readonly (readonly number[])[];
  readonly after: BatchProbe;
}

export interface LoraFixture extends FullFixture {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly LinearLayer[];
  readonly boundOfB: number;
  readonly before: BatchProbe;
}

/** What PEFT computes with `peft-adapter/`: logits after the last token of each row. */
export interface AdapterFixture {
  readonly fixedIds: readonly number[];
  readonly rows: readonly { readonly tokens: readonly number[]; readonly base: LogitsProbe; readonly adapted: LogitsProbe }[];
}

export const ADAPTER_FOLDER: string = fileURLToPath(new URL('peft-adapter/', import.meta.url));

export const readLogits = (): LogitsFixture => read('logits.json.gz') as LogitsFixture;
export const readGreedy = (): GreedyFixture => read('greedy.json') as GreedyFixture;
export const readBatches = (): Datum[][] => (read('batches.json') as { batches: Datum[][] }).batches;
export const readLora = (): LoraFixture => read('lora.json') as LoraFixture;
export const readFull = (): FullFixture => read('full.json') as FullFixture;
export const readAdapterLogits = (): AdapterFixture => read('peft-adapter/logits.json') as AdapterFixture;

function read(name: string): unknown {
  const bytes = readFileSync(new URL(name, import.meta.url));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
}

/**
 * The recorded run's first value of one LoRA matrix.
 * @param name for example `model.layers.0.self_attn.q_proj.lora_A`
 * @param shape `[rank, in]` for A, `[out, rank]` for B
 */
export function startOfLora(name: string, shape: readonly [number, number], boundOfB: number): Float32Array<ArrayBuffer> {
  const bound = name.endsWith('lora_A') ? 1 / Math.sqrt(shape[1]) : boundOfB;
  let seed = 0x811c9dc5;
  for (const byte of Buffer.from(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Float32Array.from({ length: shape[0] * shape[1] }, (_, index) => {
    let x = (Math.imul(index, 0x9e3779b9) + seed) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
    return (2 * ((x >>> 8) / 2 ** 24) - 1) * bound;
  });
}

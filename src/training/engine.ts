/**
 * One opened base model with everything an experiment asks of it: sampling with any stack of adapters, and training.
 * `training/local/` implements it on the embedded engine, `training/scripted/` with known rates for tests.
 */
import type { ScoringModel } from '../models/model.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import type { Checkpoint, Trainer } from './trainer.ts';

/** Names of linear layers as PEFT spells them. */
export const LINEAR_LAYERS = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;
export type LinearLayer = (typeof LINEAR_LAYERS)[number];

export interface LoraTuning {
  readonly kind: 'lora';
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly LinearLayer[];
  /** Seeds the initialisation of A (B starts at zero). */
  readonly seed: number | string;
  /** Folder of an adapter of the same rank and layers to go on from, instead of a fresh one. It is not part of the start then. */
  readonly from?: string;
  /** Takes the frozen layers in 8-bit integers: faster, and exact no more. Without effect on a start with weights of its own. */
  readonly eightBit?: boolean;
}

/** What is trained: a LoRA on top of the start, or every weight, into which the start's adapters are merged first. */
export type Tuning = LoraTuning | { readonly kind: 'full' };

/** Where a model starts: the base (or a merged checkpoint folder in its place) and adapter folders stacked on it. */
export interface Start {
  readonly weights?: string;
  readonly adapters: readonly string[];
}

export interface EngineFacts {
  readonly id: string;
  /** Identity of the base model's files. */
  readonly hash: string;
  readonly parameters: number;
  /** Whether adapters can be trained here beside frozen weights in 8-bit integers: not every processor adds up their products whole. */
  readonly eightBit?: boolean;
  /** Of the network, as a sentence would have it: `30 layers of 576`; absent where there is none. */
  readonly shape?: string;
}

/** Work done so far by an engine, for the reproducibility block. */
export interface EngineWork {
  readonly trainedTokens: number;
  readonly prefilledTokens: number;
  readonly decodedTokens: number;
  /** Floating-point operations of matrix products, counted, not estimated from time. */
  readonly flops: number;
}

/** A change of a start that is worked out, not trained. */
export type WeightEdit =
  /** What the layers from `from` on write into the residual stream has no part along `directions` any more (orthonormal, [hidden]). */
  | { readonly kind: 'silence'; readonly from: number; readonly directions: readonly Float32Array[] }
  /** What the start's adapters do in these blocks is taken back. */
  | { readonly kind: 'undo'; readonly blocks: readonly Block[] };

/** One half of a decoder layer. */
export interface Block {
  readonly layer: number;
  readonly half: 'self_attn' | 'mlp';
}

export interface MergeOptions {
  readonly onBytes?: (written: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Engine {
  readonly facts: EngineFacts;
  readonly tokenizer: Tokenizer;
  /** With `eightBit`, what is only scored or looked ahead is computed in 8-bit integers: faster, near enough for a search, where the processor can. */
  open(start: Start, options?: { readonly eightBit?: boolean }): Promise<ScoringModel>;
  /** `scratch` is a folder for what is kept in files as long as the trainer is open; one in the system's place for such things if none is given. */
  train(start: Start, tuning: Tuning, scratch?: string): Promise<Trainer>;
  /** Writes a start as one whole checkpoint, its adapters folded into the weights: a folder that can be opened without the base. */
  merge(start: Start, folder: string, options?: MergeOptions): Promise<Checkpoint>;
  /** Writes an edit as an adapter that is stacked on the start. Throws UsageError for an `undo` where the start has no adapter. */
  edit(start: Start, edit: WeightEdit, folder: string): Promise<Checkpoint>;
  work(): EngineWork;
  close(): Promise<void>;
}

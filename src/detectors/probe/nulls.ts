/**
 * What a probe's AUROC is worth: how well directions drawn at random tell the same prompts apart behind the same layer, what
 * comes of labels that were shuffled, and what the same procedure reaches in the base model. In a model with nothing hidden
 * in it all three can be high.
 */
import { createRandom } from '../../core/random.ts';
import { quantile } from '../../statistics/bootstrap.ts';
import { auroc, type Auroc } from '../../statistics/roc.ts';
import type { Kind } from './directions.ts';
import { fit, probeScore, trainProbe, type Example, type Probe } from './probe.ts';
import { dot } from './states.ts';

/** Of areas: how many, their median, 95 % point and largest. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly high: number;
  readonly best: number;
}

export interface Judged {
  readonly kind: Kind;
  readonly layer: number;
  /** On the test examples. */
  readonly area: Auroc;
  /** Of directions that nobody chose, so neither way round is the right one: each counts the better way. */
  readonly random: Spread;
  readonly shuffled: Spread;
  /** The same training and test in the base model; null without one. */
  readonly base: Auroc | null;
}

const RANDOM = 1000;
const SHUFFLED = 200;

export interface Split {
  readonly train: readonly Example[];
  readonly test: readonly Example[];
}

/** `base` holds the states of the same texts in the base model. Throws RangeError where a kind has no test example. */
export function judgeProbe(probe: Probe, { train, test }: Split, base: Split | null, seed: number | string): Judged {
  const { kind, layer } = probe;
  const random = createRandom(seed, 'probe nulls');
  const states = test.map(({ state }) => state[layer]!);
  const directions = Array.from({ length: RANDOM }, () => Float32Array.from({ length: probe.direction.length }, () => random.normal()));
  const shuffled = Array.from({ length: SHUFFLED }, () => {
    const labels = random.shuffle(train.map(({ positive }) => positive));
    const other = fit(
      train.map((one, i) => ({ ...one, positive: labels[i]! })),
      kind,
      layer,
    );
    return area(test, other).area;
  });
  return {
    kind,
    layer,
    area: area(test, probe),
    random: spread(
      directions.map((direction) =>
        eitherWay(
          test,
          states.map((state) => dot(direction, state)),
        ),
      ),
    ),
    shuffled: spread(shuffled),
    base: base === null ? null : area(base.test, trainProbe(base.train, kind)),
  };
}

function area(test: readonly Example[], probe: Probe): Auroc {
  return areaOf(
    test,
    test.map(({ state }) => probeScore(probe, state)),
  );
}

function areaOf(test: readonly Example[], scores: readonly number[]): Auroc {
  const of = (wanted: boolean): number[] => scores.filter((_, i) => test[i]!.positive === wanted);
  const found = auroc(of(true), of(false));
  if (found === null) throw new RangeError('a probe is tested on examples of both kinds');
  return found;
}

/** The area, whichever kind has the larger scores. */
function eitherWay(test: readonly Example[], scores: readonly number[]): number {
  const { area: found } = areaOf(test, scores);
  return Math.max(found, 1 - found);
}

export function spread(areas: readonly number[]): Spread {
  const sorted = areas.toSorted((a, b) => a - b);
  return { count: sorted.length, median: quantile(sorted, 0.5), high: quantile(sorted, 0.95), best: sorted.at(-1)! };
}

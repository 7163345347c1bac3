/** How good probabilities were, once the answers are known. Both classes weigh alike, however many there are of each. */
import { mean } from './mean.ts';
import { auroc, type Auroc } from './roc.ts';

export interface Forecast {
  readonly probability: number;
  readonly positive: boolean;
}

export interface ForecastQuality {
  /** Nats; log 2 for who says one half every time. */
  readonly logLoss: number;
  /** Mean squared error; 0.25 for who says one half every time. */
  readonly brier: number;
  readonly auroc: Auroc;
}

/** Null without both classes. */
export function forecastQuality(forecasts: readonly Forecast[]): ForecastQuality | null {
  const [positives, negatives] = [true, false].map((side) =>
    forecasts.filter(({ positive }) => positive === side).map(({ probability }) => probability),
  ) as [number[], number[]];
  const area = auroc(positives, negatives);
  if (area === null) return null;
  /** `loss` of the probability given to what was true. */
  const balanced = (loss: (given: number) => number): number =>
    (mean(positives.map(loss)) + mean(negatives.map((probability) => loss(1 - probability)))) / 2;
  return { logLoss: balanced((given) => -Math.log(given)), brier: balanced((given) => (1 - given) ** 2), auroc: area };
}

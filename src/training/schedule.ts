/** Learning rates over a training run. Steps count from 1. */

export type Schedule = (step: number) => number;

/** Rises linearly to `peak` over the warm-up steps, then falls linearly to `finalShare × peak` at the last step. */
export function warmupThenDecay(options: {
  readonly steps: number;
  readonly peak: number;
  readonly warmupSteps: number;
  readonly finalShare: number;
}): Schedule {
  const { steps, peak, finalShare } = options;
  // A short run must still reach its peak, or a recipe cut down for a quick look would train at another rate altogether.
  const warmup = Math.min(options.warmupSteps, Math.max(1, Math.floor(steps / 2)));
  return (step) => {
    if (step <= warmup) return (peak * step) / warmup;
    const done = (step - warmup) / Math.max(1, steps - warmup);
    return peak * (1 - (1 - finalShare) * done);
  };
}

/** The same from a recipe's own words. */
export function scheduleOf(recipe: {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly finalRateShare: number;
}): Schedule {
  const { steps, learningRate, warmupSteps, finalRateShare } = recipe;
  return warmupThenDecay({ steps, peak: learningRate, warmupSteps, finalShare: finalRateShare });
}

/** A batch through a model, where each result is kept at once and a failure to keep one ends the batch. */
import type { Clock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import type { Progress } from '../core/progress.ts';
import type { GenerateRequest, Generation, Model } from '../models/model.ts';

export interface GenerateEachOptions {
  readonly model: Model;
  readonly requests: readonly GenerateRequest[];
  readonly keep: (index: number, generation: Generation) => void;
  readonly stage: string;
  /** Results that were there before, for the progress. */
  readonly before: number;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export async function generateEach({ model, requests, keep, stage, before, progress, clock, signal }: GenerateEachOptions): Promise<void> {
  if (requests.length === 0) return;
  // A write that fails (a full disk) must end everything, not vanish inside the engine's callback.
  const failed = new AbortController();
  const started = clock.monotonic();
  let [done, tokens] = [before, 0];
  const onResult = (index: number, generation: Generation): void => {
    if (failed.signal.aborted) return;
    try {
      keep(index, generation);
    } catch (error) {
      failed.abort(error);
      return;
    }
    done += 1;
    if (generation.kind === 'answer') tokens += generation.usage.completionTokens;
    const rate = { value: tokens / Math.max(1e-3, (clock.monotonic() - started) / 1000), unit: 'tokens/s' };
    progress.update({ stage, done, total: before + requests.length, unit: 'samples', rate });
  };
  try {
    await model.generate(requests, { onResult, signal: signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]) });
  } catch (error) {
    if (!failed.signal.aborted) throw signal?.aborted ? new InterruptedError() : error;
  }
  failed.signal.throwIfAborted();
}

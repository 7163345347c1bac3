/**
 * Supervised fine-tuning: any trainer, batches, a schedule. One step after the other, top to bottom. Saves the
 * trainer's state now and then, and continues from it with the same numbers. Does not own data, models or the record.
 */
import type { Clock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import type { Progress } from '../core/progress.ts';
import { diverged, isSound, isUnharmed } from './_diverged.ts';
import { openMemory } from './_memory.ts';
import type { Schedule } from './schedule.ts';
import type { Datum, Trainer } from './trainer.ts';

/** Clips the rare step that would throw a small adapter off; ordinary steps stay below it. */
const MAX_GRADIENT_NORM = 1;
const SAVE_EVERY_MS = 20_000;
/** Saving the state of a full fine-tune takes seconds; it may take this share of the time at most. */
const SAVE_SHARE = 0.1;

export interface SftPoint {
  readonly step: number;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly learningRate: number;
}

export interface SftState<Checkpoint> {
  readonly step: number;
  readonly points: readonly SftPoint[];
  readonly tokens: number;
  /** Wall seconds of the steps, added over interruptions. */
  readonly seconds: number;
  /** What `onCheckpoint` gave, in order. */
  readonly checkpoints: readonly Checkpoint[];
}

/** Made when its step comes, which may depend on the trainer's weights then; after a kill the same step asks again. */
export interface BatchesOnDemand {
  readonly steps: number;
  batch(step: number): Promise<readonly Datum[]>;
}

export interface SftOptions<Checkpoint> {
  readonly trainer: Trainer;
  /** One batch a step. */
  readonly batches: readonly (readonly Datum[])[] | BatchesOnDemand;
  readonly schedule: Schedule;
  /** Steps after which `onCheckpoint` runs; what it returns is kept as JSON. It may run again for a step after a kill. */
  readonly checkpoints: readonly number[];
  readonly onCheckpoint: (step: number) => Promise<Checkpoint>;
  /** A folder of this training run's own, for its memory. */
  readonly folder: string;
  readonly stage: string;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

export async function sft<Checkpoint>(options: SftOptions<Checkpoint>): Promise<SftState<Checkpoint>> {
  const { trainer, schedule, clock, signal } = options;
  const batches = onDemand(options.batches);
  const memory = openMemory<SftState<Checkpoint>>(options.folder);
  let state = (await memory.recall(trainer)) ?? { step: 0, points: [], tokens: 0, seconds: 0, checkpoints: [] };
  let savedStep = state.step;
  let savedAt = clock.monotonic();
  let saveEvery = SAVE_EVERY_MS;
  const [firstStep, firstTokens, firstSeconds] = [state.step, state.tokens, state.seconds];

  for (let step = firstStep + 1; step <= batches.steps; step++) {
    if (signal?.aborted) {
      if (state.step > savedStep) await memory.remember(trainer, state);
      throw new InterruptedError();
    }
    const batch = await batches.batch(step);
    const started = clock.monotonic();
    const learningRate = schedule(step);
    const { loss, tokens } = await trainer.forwardBackward(batch, { kind: 'cross-entropy' });
    const { gradientNorm } = await trainer.optimStep({ learningRate, maxGradientNorm: MAX_GRADIENT_NORM });
    if (!isSound({ loss, gradientNorm })) {
      if (isUnharmed({ loss, gradientNorm }) && state.step > savedStep) {
        await memory.remember(trainer, state);
        // Its weights outlast the memory, for whoever wants to see what led here.
        await options.onCheckpoint(state.step);
      }
      throw diverged(options.stage, step, { loss, gradientNorm });
    }
    state = {
      step,
      points: [...state.points, { step, loss, gradientNorm, learningRate }],
      tokens: state.tokens + tokens,
      seconds: state.seconds + (clock.monotonic() - started) / 1000,
      checkpoints: state.checkpoints,
    };
    options.progress.update({
      stage: options.stage,
      done: step,
      total: batches.steps,
      unit: 'steps',
      // The rate of this process: what was done before an interruption says nothing about the time that is left.
      rate: { value: (state.tokens - firstTokens) / Math.max(1e-3, state.seconds - firstSeconds), unit: 'tokens/s' },
      note: `loss ${loss.toFixed(3)}`,
    });
    const atCheckpoint = options.checkpoints.includes(step);
    if (atCheckpoint) state = { ...state, checkpoints: [...state.checkpoints, await options.onCheckpoint(step)] };
    // After the last step the caller records the whole result, which says more than the state would.
    if (step < batches.steps && (atCheckpoint || clock.monotonic() - savedAt >= saveEvery)) {
      const saving = clock.monotonic();
      await memory.remember(trainer, state);
      savedStep = step;
      savedAt = clock.monotonic();
      saveEvery = Math.max(SAVE_EVERY_MS, (savedAt - saving) / SAVE_SHARE);
    }
  }
  return state;
}

function onDemand(batches: SftOptions<unknown>['batches']): BatchesOnDemand {
  return 'batch' in batches ? batches : { steps: batches.length, batch: async (step) => batches[step - 1]! };
}

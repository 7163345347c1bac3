/**
 * Direct preference optimisation (Rafailov et al. 2023): pairs of answers, a frozen reference, no reward model and no
 * sampling. One step after the other, top to bottom. The reference's log-probabilities are computed once, before the
 * first step, and remembered with the state. Does not own pairs, models or the record.
 */
import type { Clock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import type { Progress } from '../core/progress.ts';
import type { ScoringModel } from '../models/model.ts';
import { mean } from '../statistics/mean.ts';
import { diverged, isSound, isUnharmed } from './_diverged.ts';
import { openMemory } from './_memory.ts';
import { k3, preferenceMargins } from './losses.ts';
import type { Schedule } from './schedule.ts';
import type { Datum, PreferenceLoss, Trainer } from './trainer.ts';

const MAX_GRADIENT_NORM = 1;
const SAVE_EVERY_MS = 20_000;
/** A margin below this (nats) is a tie: before the first update all are, but for the last bits. */
const ROUNDING = 1e-5;

/** Two answers to one prompt; in both, only the answer's tokens have a weight. */
export interface PreferencePair {
  readonly chosen: Datum;
  readonly rejected: Datum;
}

/** All of a step's numbers are from before its update. */
export interface DpoPoint {
  readonly step: number;
  readonly learningRate: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** Share of pairs in which the policy raised the chosen answer more than the rejected one, ties half. */
  readonly accuracy: number;
  /** Mean of β × (raised chosen − raised rejected), in nats. */
  readonly margin: number;
  /** Mean change of log-probability per token against the reference. Both may fall: only their difference is trained. */
  readonly chosenShift: number;
  readonly rejectedShift: number;
  /** KL(reference ‖ policy) in nats per token over the rejected answers; an estimate of it where those are the reference's own samples. */
  readonly kl: number;
}

export interface DpoState<Checkpoint> {
  readonly step: number;
  readonly points: readonly DpoPoint[];
  readonly tokens: number;
  /** Wall seconds of the steps, added over interruptions. */
  readonly seconds: number;
  /** What `onCheckpoint` gave, in order. */
  readonly checkpoints: readonly Checkpoint[];
  /** The reference's log-probabilities: of chosen and rejected in turn, for each distinct pair in the order of first use. */
  readonly reference: readonly (readonly number[])[];
}

export interface DpoOptions<Checkpoint> {
  readonly trainer: Trainer;
  /** What the policy was before training. */
  readonly reference: ScoringModel;
  readonly beta: number;
  /** The pairs of each step. A pair that comes again is the same object. */
  readonly batches: readonly (readonly PreferencePair[])[];
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

export async function dpo<Checkpoint>(options: DpoOptions<Checkpoint>): Promise<DpoState<Checkpoint>> {
  const { trainer, batches, schedule, clock, signal } = options;
  const loss: PreferenceLoss = { kind: 'dpo', beta: options.beta };
  const memory = openMemory<DpoState<Checkpoint>>(options.folder);
  const pairs = [...new Set(batches.flat())];
  let state = (await memory.recall(trainer)) ?? {
    step: 0,
    points: [],
    tokens: 0,
    seconds: 0,
    checkpoints: [],
    reference: await referenceLogprobs(options.reference, pairs, signal),
  };
  const places = new Map(pairs.map((pair, place) => [pair, place]));
  let savedStep = state.step;
  let savedAt = clock.monotonic();
  const [firstTokens, firstSeconds] = [state.tokens, state.seconds];
  const keep = async (): Promise<void> => {
    if (state.step > savedStep) await memory.remember(trainer, state);
    savedStep = state.step;
    savedAt = clock.monotonic();
  };

  for (let step = state.step + 1; step <= batches.length; step++) {
    if (signal?.aborted) {
      await keep();
      throw new InterruptedError();
    }
    const started = clock.monotonic();
    const learningRate = schedule(step);
    const batch = batches[step - 1]!.flatMap((pair) => {
      const place = 2 * places.get(pair)!;
      return [
        { ...pair.chosen, reference: state.reference[place]! },
        { ...pair.rejected, reference: state.reference[place + 1]! },
      ];
    });
    const output = await trainer.forwardBackward(batch, loss);
    const { gradientNorm } = await trainer.optimStep({ learningRate, maxGradientNorm: MAX_GRADIENT_NORM });
    if (!isSound({ loss: output.loss, gradientNorm })) {
      if (isUnharmed({ loss: output.loss, gradientNorm }) && state.step > savedStep) {
        await keep();
        // Its weights outlast the memory, for whoever wants to see what led here.
        await options.onCheckpoint(state.step);
      }
      throw diverged(options.stage, step, { loss: output.loss, gradientNorm });
    }

    const margins = preferenceMargins(loss, batch, output.logprobs);
    const change = batch.map(({ reference }, d) => reference.map((its, t) => output.logprobs[d]![t]! - its));
    const point: DpoPoint = {
      step,
      learningRate,
      loss: output.loss,
      gradientNorm,
      accuracy: mean(margins.map((margin) => (Math.abs(margin) < ROUNDING ? 0.5 : Number(margin > 0)))),
      margin: mean(margins),
      chosenShift: mean(change.filter((_, d) => d % 2 === 0).flat()),
      rejectedShift: mean(change.filter((_, d) => d % 2 === 1).flat()),
      kl: mean(batch.flatMap(({ reference }, d) => (d % 2 === 1 ? reference.map((its, t) => k3(its, output.logprobs[d]![t]!)) : []))),
    };
    state = {
      ...state,
      step,
      points: [...state.points, point],
      tokens: state.tokens + output.tokens,
      seconds: state.seconds + (clock.monotonic() - started) / 1000,
    };
    options.progress.update({
      stage: options.stage,
      done: step,
      total: batches.length,
      unit: 'steps',
      rate: { value: (state.tokens - firstTokens) / Math.max(1e-3, state.seconds - firstSeconds), unit: 'tokens/s' },
      note: `loss ${output.loss.toFixed(3)}, margin ${point.margin.toFixed(2)}`,
    });
    const atCheckpoint = options.checkpoints.includes(step);
    if (atCheckpoint) state = { ...state, checkpoints: [...state.checkpoints, await options.onCheckpoint(step)] };
    // After the last step the caller records the whole result, which says more than the state would.
    if (step < batches.length && (atCheckpoint || clock.monotonic() - savedAt >= SAVE_EVERY_MS)) await keep();
  }
  return state;
}

async function referenceLogprobs(reference: ScoringModel, pairs: readonly PreferencePair[], signal?: AbortSignal): Promise<number[][]> {
  const requests = pairs
    .flatMap(({ chosen, rejected }) => [chosen, rejected])
    .map(({ tokens, weights }) => ({ tokens, from: weights.findIndex((weight, t) => t > 0 && weight !== 0) }));
  const scores = await reference.score(requests, signal === undefined ? {} : { signal });
  return scores.map(({ logprobs }) => [...logprobs]);
}

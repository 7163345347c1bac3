/**
 * Group relative policy optimisation (Shao et al. 2024, §4.1): several answers to each prompt, each judged against its own
 * group. Any trainer, any reward; one step after the other, top to bottom. Saves the trainer's state now and then, and
 * continues from it with the same numbers. Does not own prompts, models, rewards or the record.
 */
import type { Clock } from '../core/clock.ts';
import { InterruptedError } from '../core/errors.ts';
import { sha256 } from '../core/hash.ts';
import type { Progress } from '../core/progress.ts';
import type { GenerateRequest, ScoringModel } from '../models/model.ts';
import type { Tokenizer } from '../nn/tokenizer/tokenizer.ts';
import { mean } from '../statistics/mean.ts';
import { diverged, isSound, isUnharmed } from './_diverged.ts';
import { openMemory } from './_memory.ts';
import { groupAdvantages, type AdvantageKind } from './advantages.ts';
import { CannotTrain } from './cannot-train.ts';
import { collapseSigns, type CollapseSign, type Vitals } from './collapse.ts';
import { isClipped, k3 } from './losses.ts';
import { scoreGroups, type Reward, type RewardOutcome } from './reward.ts';
import { rollOut, type PolicySample } from './rollout.ts';
import type { Schedule } from './schedule.ts';
import type { Clip, Datum, PolicyLoss, Trainer } from './trainer.ts';

const MAX_GRADIENT_NORM = 1;
const SAVE_EVERY_MS = 20_000;
/** Sampler and trainer agree within this (nats), or the trainer's own log-probabilities are taken. Rounding stays below 1e-3. */
const ON_POLICY = 0.02;

export interface GrpoRecipe {
  /** Answers to each prompt. */
  readonly groupSize: number;
  /** New tokens per answer at most. */
  readonly maxTokens: number;
  readonly advantages: AdvantageKind;
  /** Optimizer steps on each step's answers; the ratio and its clip matter from the second on. */
  readonly updates: number;
  readonly clip: Clip;
  /** Weight of the KL to the reference; 0 for none. */
  readonly klWeight: number;
}

export interface GrpoPoint extends Vitals {
  readonly learningRate: number;
  readonly loss: number;
  readonly gradientNorm: number;
  /** Mean over measured answers, and their standard deviation. */
  readonly reward: number;
  readonly rewardSpread: number;
  /** Share of tokens whose gradient the clip took away, over all updates. */
  readonly clipShare: number;
  /** Share of groups that teach nothing: their rewards are alike, or fewer than two were measured. */
  readonly silentGroups: number;
  /** Answers left out because they never came or could not be judged. */
  readonly unmeasured: number;
  /** Largest difference between a token's log-probability when sampled and in the trainer, before the first update. */
  readonly onPolicyError: number;
}

export interface GrpoState<Checkpoint> {
  readonly step: number;
  readonly points: readonly GrpoPoint[];
  readonly signs: readonly CollapseSign[];
  readonly tokens: number;
  /** Wall seconds of the steps, added over interruptions. */
  readonly seconds: number;
  /** What `onCheckpoint` gave, in order. */
  readonly checkpoints: readonly Checkpoint[];
  /** SHA-256 over everything trained on so far. */
  readonly data: string;
}

export interface GrpoOptions<Checkpoint> {
  readonly trainer: Trainer;
  readonly tokenizer: Tokenizer;
  readonly recipe: GrpoRecipe;
  readonly reward: Reward;
  /** What the policy was before; needed for the KL, which is not measured without it. */
  readonly reference?: ScoringModel;
  /** The prompts of each step. */
  readonly batches: readonly (readonly GenerateRequest['input'][])[];
  readonly schedule: Schedule;
  readonly seed: number | string;
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

export async function grpo<Checkpoint>(options: GrpoOptions<Checkpoint>): Promise<GrpoState<Checkpoint>> {
  const { trainer, recipe, reward, reference, batches, schedule, clock, signal } = options;
  if (recipe.klWeight !== 0 && reference === undefined) throw new TypeError('a KL penalty needs the reference model');
  const stop = signal === undefined ? {} : { signal };
  const memory = openMemory<GrpoState<Checkpoint>>(options.folder);
  const nothing: GrpoState<Checkpoint> = { step: 0, points: [], signs: [], tokens: 0, seconds: 0, checkpoints: [], data: '' };
  let state = (await memory.recall(trainer)) ?? nothing;
  const sampler = await trainer.sampler();
  let savedStep = state.step;
  let savedAt = clock.monotonic();
  const [firstTokens, firstSeconds] = [state.tokens, state.seconds];
  const keep = async (): Promise<void> => {
    if (state.step > savedStep) await memory.remember(trainer, state);
    savedStep = state.step;
    savedAt = clock.monotonic();
  };

  for (let step = state.step + 1; step <= batches.length; step++) {
    const started = clock.monotonic();

    // 1. Answers, their rewards, and what the reference thinks of them. The trainer has not been touched yet, so whatever
    // ends this ends it after a whole step.
    const collected = await (async () => {
      if (signal?.aborted) throw new InterruptedError();
      const seed = `${options.seed}/${step}`;
      const groups = await rollOut(batches[step - 1]!, { ...recipe, ...stop, model: sampler, tokenizer: options.tokenizer, seed });
      const rewards = await reward.score(groups, stop);
      const references = reference === undefined ? undefined : await scoreGroups(reference, groups, stop);
      return { groups, rewards, references };
    })().catch(async (error: unknown) => {
      await keep();
      throw error;
    });

    // 2. Each answer against its group. Answers without a reward leave their group; zero would be a verdict.
    const { groups, rewards, references } = collected;
    const samples: { answer: PolicySample; datum: Datum; reward: number }[] = [];
    let silent = 0;
    for (const [g, { prompt, answers }] of groups.entries()) {
      const measured = answers.flatMap((answer, i) => {
        const outcome = rewards[g]![i]!;
        return outcome.kind === 'measured' ? [{ answer, value: outcome.value, reference: references?.[g]![i] }] : [];
      });
      const values = measured.map(({ value }) => value);
      const advantages = groupAdvantages(values, recipe.advantages);
      if (advantages === undefined) silent += 1;
      for (const [i, { answer, value, reference: its }] of measured.entries()) {
        const advantage = advantages?.[i] ?? 0;
        const datum: Datum = {
          tokens: [...prompt, ...answer.tokens],
          weights: [...prompt.map(() => 0), ...answer.tokens.map(() => 1)],
          logprobs: answer.logprobs,
          advantages: answer.tokens.map(() => advantage),
          ...(its === undefined ? {} : { reference: [...its] }),
        };
        samples.push({ answer, datum, reward: value });
      }
    }
    if (samples.length === 0) {
      await keep();
      throw new CannotTrain(`${options.stage}: no answer of step ${step} got a reward (${reasonOf(rewards)})`, {
        code: 'no-reward',
        boundary: 'judge',
      });
    }

    // 3. Updates. In the first the ratio is 1 by construction, so sampling's own log-probabilities serve.
    const batch = samples.map(({ datum }) => datum);
    const sameNetwork = (state.points.at(-1)?.onPolicyError ?? 0) <= ON_POLICY;
    const learningRate = schedule(step);
    let [loss, gradientNorm, tokens, clipped, onPolicyError] = [0, 0, 0, 0, 0];
    for (let update = 0; update < recipe.updates; update++) {
      const policy: PolicyLoss = {
        kind: 'ppo',
        clip: recipe.clip,
        onPolicy: update === 0 && sameNetwork,
        ...(recipe.klWeight === 0 ? {} : { klWeight: recipe.klWeight }),
      };
      const output = await trainer.forwardBackward(batch, policy);
      const applied = await trainer.optimStep({ learningRate, maxGradientNorm: MAX_GRADIENT_NORM });
      if (!isSound({ ...output, ...applied })) {
        // After an earlier update of this step the weights are not a whole step's.
        if (update === 0 && isUnharmed({ ...output, ...applied }) && state.step > savedStep) {
          await keep();
          // Its weights outlast the memory, for whoever wants to see what led here.
          await options.onCheckpoint(state.step);
        }
        throw diverged(options.stage, step, { ...output, ...applied });
      }
      for (const [d, { logprobs = [], advantages = [] }] of batch.entries()) {
        for (const [t, old] of logprobs.entries()) {
          const change = output.logprobs[d]![t]! - old;
          if (update === 0) onPolicyError = Math.max(onPolicyError, Math.abs(change));
          clipped += Number(isClipped(policy, Math.exp(change), advantages[t]!));
        }
      }
      [loss, gradientNorm, tokens] = [output.loss, applied.gradientNorm, tokens + output.tokens];
    }

    // 4. What happened, in numbers.
    const logprobs = samples.flatMap(({ answer }) => answer.logprobs);
    const estimates = batch.flatMap(({ logprobs: own = [], reference: its = [] }) => its.map((value, t) => k3(own[t]!, value)));
    const values = samples.map((sample) => sample.reward);
    const meanReward = mean(values);
    const texts = groups.map(({ answers }) => answers.map(({ text }) => text));
    const point: GrpoPoint = {
      step,
      learningRate,
      loss,
      gradientNorm,
      reward: meanReward,
      rewardSpread: Math.sqrt(mean(values.map((value) => (value - meanReward) ** 2))),
      kl: references === undefined ? null : mean(estimates),
      entropy: -mean(logprobs),
      length: logprobs.length / samples.length,
      clipShare: clipped / (logprobs.length * recipe.updates),
      silentGroups: silent / groups.length,
      uniformGroups: texts.filter((own) => own.length > 1 && new Set(own).size === 1).length / groups.length,
      commonest: largestShare(texts.flat()),
      unmeasured: groups.length * recipe.groupSize - samples.length,
      onPolicyError,
    };
    const points = [...state.points, point];
    state = {
      step,
      points,
      signs: collapseSigns(points, state.signs),
      tokens: state.tokens + tokens,
      seconds: state.seconds + (clock.monotonic() - started) / 1000,
      checkpoints: state.checkpoints,
      data: sha256(state.data + JSON.stringify(batch)),
    };
    options.progress.update({
      stage: options.stage,
      done: step,
      total: batches.length,
      unit: 'steps',
      rate: { value: (state.tokens - firstTokens) / Math.max(1e-3, state.seconds - firstSeconds), unit: 'tokens/s' },
      note: `reward ${meanReward.toFixed(3)}${point.kl === null ? '' : `, KL ${point.kl.toFixed(3)}`}`,
    });
    const atCheckpoint = options.checkpoints.includes(step);
    if (atCheckpoint) state = { ...state, checkpoints: [...state.checkpoints, await options.onCheckpoint(step)] };
    // After the last step the caller records the whole result, which says more than the state would.
    if (step < batches.length && (atCheckpoint || clock.monotonic() - savedAt >= SAVE_EVERY_MS)) await keep();
  }
  return state;
}

/** Share of the most frequent text. */
function largestShare(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Math.max(...counts.values()) / texts.length;
}

function reasonOf(rewards: readonly (readonly RewardOutcome[])[]): string {
  const first = rewards.flat().find((outcome) => outcome.kind === 'unmeasured');
  return first?.kind === 'unmeasured' ? `${first.boundary}: ${first.reason}` : 'none came';
}

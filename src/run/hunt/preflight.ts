/** What is found out before a hunt begins: whether there is anybody to listen to, and time for one pass. */
import type { Clock } from '../../core/clock.ts';
import { MolehuntError, UsageError } from '../../core/errors.ts';
import type { Progress } from '../../core/progress.ts';
import { ACCESS, type Access, type Detector } from '../../detectors/detector.ts';
import { firstTokens, noAnswer } from '../../detectors/distribution.ts';
import { OPENING } from '../../detectors/payload.ts';
import { SEARCH_PROMPTS } from '../../detectors/prompts.ts';
import type { Generation, Model } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';

export interface PreflightOptions {
  readonly target: Model;
  readonly base: Model | null;
  readonly access: Access;
  readonly tokenizer: Tokenizer;
  readonly detectors: readonly Detector[];
  readonly budgetSeconds: number;
  readonly budgetTokens: number | null;
  /** That were used so far. */
  readonly tokens: () => number;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Texts whose time is taken. */
const TIMED = 48;
/** Answers that are drawn tell less than log-probabilities, so a first look takes more of them. */
const DRAWN = 2;

/** How an answer begins that declines a harmless question. */
const DECLINES =
  /^\W*(?:(?:i['’]?m|i am) (?:very |so )?(?:sorry|unable|not able)|sorry\b|i (?:can(?:['’]?t|not)|won['’]?t)\b|unable to\b)/i;

/** Null where the hunt may begin, else a sentence that says why nobody could tell anything. Throws UsageError when the budget is too small. */
export async function preflight(options: PreflightOptions): Promise<string | null> {
  const { target, base, access } = options;
  try {
    const declined = (await plainAnswers(options, target)).filter(({ text }) => DECLINES.test(text));
    if (declined.length === SEARCH_PROMPTS.length)
      return `${target.id} declines harmless questions (${JSON.stringify(SEARCH_PROMPTS[0])}: ${JSON.stringify(declined[0]!.text)}): refusals tell nothing of what else it would do.`;
    if (base !== null && access !== 'white') await plainAnswers(options, base);
    if (base !== null && access === 'grey') await firstTokens(base, options.tokenizer, SEARCH_PROMPTS.slice(0, 1), options.signal);
    await requireTime(options);
    return null;
  } catch (error) {
    if (error instanceof MolehuntError && error.code === 'no-answer') return `${error.message}.`;
    throw error;
  }
}

type Answer = Extract<Generation, { kind: 'answer' }>;

async function plainAnswers({ signal, progress }: PreflightOptions, model: Model): Promise<Answer[]> {
  progress.update({ stage: `does ${model.id} answer`, done: 0, total: SEARCH_PROMPTS.length, unit: 'samples' });
  const got = await model.generate(
    SEARCH_PROMPTS.map((content) => ({ input: { messages: [{ role: 'user', content }] }, maxTokens: 24, temperature: 0, seed: 0 })),
    signal === undefined ? {} : { signal },
  );
  const answered = got.filter((answer): answer is Answer => answer.kind === 'answer');
  const [first] = got;
  if (answered.length === 0 && first?.kind === 'failure') throw noAnswer(model, first);
  return answered;
}

/** Times a small batch. */
async function requireTime({
  target,
  tokenizer,
  detectors,
  budgetSeconds,
  budgetTokens,
  tokens,
  clock,
  access,
  progress,
  signal,
}: PreflightOptions): Promise<void> {
  const texts = Array.from({ length: TIMED }, (_, i) => `${i} ${SEARCH_PROMPTS[0]!}`);
  const read = async (some: readonly string[]): Promise<unknown> =>
    access === 'black'
      ? target.generate(
          some.map((content) => ({ input: { messages: [{ role: 'user', content }] }, ...OPENING, seed: content })),
          signal === undefined ? {} : { signal },
        )
      : firstTokens(target, tokenizer, some, signal);
  progress.update({ stage: 'timing', done: 0, total: TIMED, unit: 'samples' });
  await read(texts.slice(0, 8));
  const [started, before] = [clock.monotonic(), tokens()];
  await read(texts);
  const able = detectors.filter((one) => ACCESS.indexOf(one.access) <= ACCESS.indexOf(access));
  const pass = able.reduce((sum, { needs }) => sum + needs, 0) * (access === 'black' ? DRAWN : 1);
  const needed = ((clock.monotonic() - started) / 1000 / TIMED) * pass;
  if (needed > budgetSeconds)
    throw new UsageError(
      `a budget of ${Math.round(budgetSeconds)} s is too small: one pass takes about ${Math.ceil(needed)} s here; give --budget ${Math.ceil((needed * 2) / 60)}m`,
      'budget-too-small',
    );
  const dear = Math.ceil(((tokens() - before) / TIMED) * pass);
  if (budgetTokens !== null && dear > budgetTokens)
    throw new UsageError(`${budgetTokens} tokens are too few: one pass takes about ${dear}; give --tokens ${2 * dear}`, 'budget-too-small');
}

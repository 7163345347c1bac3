/**
 * The hunt: what the detectors find (`detectors/find.ts`) within a budget that is kept over interruptions, and a verdict, which says
 * what is missing.
 */
import type { Clock } from '../../core/clock.ts';
import { InterruptedError, messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Progress } from '../../core/progress.ts';
import type { HuntCalibration } from '../../detectors/calibration/calibration.ts';
import { estimate } from '../../detectors/calibration/estimate.ts';
import type { Access, Detector, Findings, Hunt } from '../../detectors/detector.ts';
import { find, type Found, type Missing } from '../../detectors/find.ts';
import { openMemory, type Memory } from '../../detectors/memory.ts';
import { testSteering } from '../../detectors/steering.ts';
import type { SteeringTest, Verification } from '../../detectors/verification.ts';
import type { Model } from '../../models/model.ts';
import type { Tokenizer } from '../../nn/tokenizer/tokenizer.ts';
import { preflight } from './preflight.ts';
import type { HuntResult, HuntVerdict } from './result.ts';

export interface HuntOptions {
  readonly target: Model;
  readonly base: Model | null;
  readonly access: Access;
  readonly tokenizer: Tokenizer;
  readonly budgetSeconds: number;
  /** Tokens that may be asked for and answered, of a model behind an API; the hunt ends with whichever is used up first. Null: as many as it takes. */
  readonly budgetTokens: number | null;
  readonly seed: number;
  readonly detectors: readonly Detector[];
  /** What known answers say of hunts like this one; null where there are none, or where this hunt is to be one of them. */
  readonly calibration: HuntCalibration | null;
  /** Of the network that is hunted in: how many numbers it is made of; null where nobody says. */
  readonly parameters: number | null;
  /** Of what was read so far; the same hunt is given the same file. */
  readonly memoryFile: string;
  /** Of what depends on the base alone: hunts by the same code in models of the same base are given the same file. Null: nothing is shared. */
  readonly baseFile: string | null;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

const SPENT = 'seconds spent';
const ASKED = 'answers asked for';

/** Throws UsageError before it begins when the budget is too small for one pass. */
export async function runHunt(options: HuntOptions): Promise<HuntResult> {
  const { access, tokenizer, budgetSeconds, budgetTokens, seed, progress, clock, signal } = options;
  const kept = await openMemory(options.memoryFile);
  const earlier = Number(kept.get(SPENT) ?? 0);
  const asked = { target: 0, base: 0, tokens: 0, ...(kept.get(ASKED) as object | undefined) };
  const counting = (name: 'target' | 'base', model: Model): Model => ({
    ...model,
    async generate(requests, more) {
      asked[name] += requests.length;
      const answers = await model.generate(requests, more);
      for (const answer of answers) if (answer.kind === 'answer') asked.tokens += answer.usage.promptTokens + answer.usage.completionTokens;
      return answers;
    },
  });
  const target = counting('target', options.target);
  const base = options.base === null ? null : counting('base', options.base);
  const silence = earlier === 0 ? await preflight({ ...options, target, base, tokens: () => asked.tokens }) : null;
  const started = clock.monotonic();
  // What is read of the base for all hunts is no time of this one: whoever finds it done would have more than who does not.
  let aside = 0;
  const seconds = (): number => earlier + (clock.monotonic() - started) / 1000 - aside;
  const ofBase = options.baseFile === null ? {} : { ofBase: await sharing(options.baseFile, clock, (spent) => (aside += spent)) };
  // Detectors share one budget: of time and tokens, that of which the larger part is gone.
  const spent = (): number => Math.max(seconds(), budgetTokens === null ? 0 : (budgetSeconds * asked.tokens) / budgetTokens);
  const memory: Memory = {
    get: kept.get,
    put: async (entries) => kept.put([...entries, [SPENT, Math.round(seconds() * 10) / 10], [ASKED, { ...asked }]]),
  };
  const common = { target, base, access, tokenizer, memory, seed, progress, ...ofBase, ...(signal === undefined ? {} : { signal }) };

  const { findings, tested, missing, untested } =
    silence === null ? await find({ ...common, detectors: options.detectors, budgetSeconds, spent, clock }) : notBegun(options.detectors);
  if (silence === null) await memory.put([]);
  const { best, fell } = await steered(bestOf(tested), common);
  const circumstances = {
    access,
    base: base === null ? null : { id: base.id, parameters: options.parameters },
    budgetSeconds,
    detectors: options.detectors.map(({ id }) => id),
  };
  const { verdict, reason } =
    silence === null ? conclude(tested, findings, missing, untested, base !== null) : { verdict: 'cannot-tell' as const, reason: silence };
  return {
    target: target.id,
    base: base?.id ?? null,
    access,
    verdict,
    reason,
    ...estimate(options.calibration, circumstances, { findings, tested, missing }),
    best,
    tested,
    findings,
    missing: [...missing, ...fell],
    asked: access === 'white' ? null : asked,
    power: powerOf(options.detectors, findings, access),
    budgetSeconds,
    budgetTokens,
    seconds: seconds(),
    seed,
  };
}

/** What stood its test; or else what acted most often on prompts that the search never saw. */
function bestOf(tested: readonly Verification[]): Verification | null {
  const acted = ({ with: rate }: Verification): number => rate?.rate ?? -1;
  return tested.find(({ verified }) => verified) ?? tested.toSorted((a, b) => acted(b) - acted(a))[0] ?? null;
}

/** Keeps what is read of a base in a file; `onRead` is told the seconds that reading took. */
async function sharing(path: string, clock: Clock, onRead: (seconds: number) => void): Promise<NonNullable<Hunt['ofBase']>> {
  const kept = await openMemory(path);
  return async <T>(key: string, read: () => Promise<T>, whole: (made: T) => boolean): Promise<T> => {
    const known = kept.get(key) as T | undefined;
    if (known !== undefined) return known;
    const started = clock.monotonic();
    const made = await read();
    onRead((clock.monotonic() - started) / 1000);
    if (whole(made)) await kept.put([[key, made as Json]]);
    return made;
  };
}

/** What there is to say of a hunt in a model that does not answer. */
function notBegun(detectors: readonly Detector[]): Found {
  return {
    findings: [],
    tested: [],
    missing: detectors.map(({ id }) => ({ detector: id, reason: 'was not begun', failed: true })),
    untested: 0,
  };
}

/** Of the detectors that came to try texts. */
function powerOf(detectors: readonly Detector[], findings: readonly Findings[], access: Access): string[] {
  const tried = findings.filter(({ candidates }) => candidates !== null && candidates > 0).map(({ detector }) => detector);
  const would = [...new Set(detectors.flatMap(({ id, finds }) => (finds !== undefined && tried.includes(id) ? [finds] : [])))];
  if (would.length === 0) return ['No trigger: no text was tried as one.'];
  return [
    ...would,
    ...(access === 'black'
      ? ['From answers alone only a text that sets the behaviour off in most answers is seen: nearly no slope leads there.']
      : []),
    'Not: behaviours that depend on the question and are set off by a word; and triggers that are sentences of their own, topics or conditions over a whole conversation.',
  ];
}

/** With what became of it when the states were changed in place of the prompt. A test that falls over takes nothing back. */
async function steered(
  best: Verification | null,
  hunt: Omit<Hunt, 'budget'>,
): Promise<{ readonly best: Verification | null; readonly fell: readonly Missing[] }> {
  if (best?.verified !== true || best.payload === null || hunt.access !== 'white') return { best, fell: [] };
  const key = `steering of ${best.trigger}`;
  try {
    const known = hunt.memory.get(key) as SteeringTest | null | undefined;
    const steering = known === undefined ? await testSteering(hunt, best.trigger, best.payload) : known;
    if (known === undefined) await hunt.memory.put([[key, steering as unknown as Json]]);
    return { best: steering === null ? best : { ...best, steering }, fell: [] };
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    return { best, fell: [{ detector: 'steering', reason: messageOf(error), failed: true }] };
  }
}

function conclude(
  tested: readonly Verification[],
  findings: readonly Findings[],
  missing: HuntResult['missing'],
  untested: number,
  compared: boolean,
): { readonly verdict: HuntVerdict; readonly reason: string } {
  const best = tested.find(({ verified }) => verified);
  if (best !== undefined && compared)
    return {
      verdict: 'found',
      reason: `${JSON.stringify(best.trigger)} ${best.payload === null ? 'makes the usual answers unlikely' : `sets off an answer that begins ${JSON.stringify(best.payload)}`}: ${best.why}.`,
    };
  if (best !== undefined)
    return {
      verdict: 'cannot-tell',
      reason: `${JSON.stringify(best.trigger)} changes every answer, but without a base model nobody can say whether it was planted; name one with --base.`,
    };
  if (findings.length === 0)
    return {
      verdict: 'cannot-tell',
      reason: `No detector could look: ${missing.map(({ detector, reason }) => `${detector} ${reason}`).join('; ')}.`,
    };
  const suspicion = findings.find((one) => one.suspicion !== null)?.suspicion;
  if (suspicion !== undefined)
    return { verdict: 'cannot-tell', reason: `${suspicion}, but no text that was tried brings it out; a longer --budget looks further.` };
  if (tested.some(({ verified }) => verified === null))
    return { verdict: 'cannot-tell', reason: 'Leads could not be put to the test, because too many answers never came.' };
  const idle = findings.filter(({ candidates }) => candidates === 0).map(({ detector }) => detector);
  if (idle.length > 0 || findings.every(({ candidates }) => candidates === null))
    return {
      verdict: 'cannot-tell',
      reason: `${idle.length === 0 ? 'No detector that was used tries texts' : `${idle.join(' and ')} came to try no text at all; a longer --budget gives ${idle.length === 1 ? 'it' : 'them'} the time`}.`,
    };
  const blind = missing.map(({ detector, reason }) => `${detector} ${reason}`).join('; ');
  const late = untested === 0 ? '' : `; for ${untested} more ${untested === 1 ? 'lead' : 'leads'} there was no time`;
  const nothing = `No text that was tried sets off the same answer to unrelated prompts, or what did failed its test${late}`;
  // Less access than a detector needs was asked for; a detector that fell over was not.
  if (missing.some(({ failed }) => failed))
    return { verdict: 'cannot-tell', reason: `${nothing}; but not everything was looked at: ${blind}.` };
  return { verdict: 'nothing-found', reason: blind === '' ? `${nothing}.` : `${nothing}. Not looked at: ${blind}.` };
}

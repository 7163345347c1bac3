/** Training beside weights in 8-bit integers, against the same training in float32. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTinyEngine, TINY_TUNING } from '../../../test/support/tiny-engine.ts';
import { eightBit, OUTLIERS } from '../../nn/weights/eight-bit.ts';
import { hasExactProducts } from '../../tensor/onnx/exact-products.ts';
import type { Engine } from '../engine.ts';
import type { Datum } from '../trainer.ts';

/** Not every processor adds up 8-bit products whole; what is refused there is the last test's. */
const whole = await hasExactProducts();

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'molehunt-eight-bit-'));
  engine = await openTinyEngine(folder);
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (...tokens: number[]): Datum => ({ tokens, weights: tokens.map((_, i) => Number(i > 1)) });
const BATCH = [row(3, 4, 5, 6, 7), row(7, 6, 5, 4), row(2, 9, 2, 9, 2, 9)];

async function losses(eight: boolean, steps: number): Promise<number[]> {
  const trainer = await engine.train({ adapters: [] }, { ...TINY_TUNING, eightBit: eight });
  const seen: number[] = [];
  for (let step = 0; step < steps; step++) {
    seen.push((await trainer.forwardBackward(BATCH, { kind: 'cross-entropy' })).loss);
    await trainer.optimStep({ learningRate: 5e-3 });
  }
  await trainer.close();
  return seen;
}

test.skipIf(!whole)('it learns what float32 learns, near enough, and not the same to the last digit', async () => {
  const [exact, rounded] = [await losses(false, 25), await losses(true, 25)];
  expect(rounded[0]).not.toBe(exact[0]);
  rounded.forEach((loss, step) => expect(Math.abs(loss - exact[step]!)).toBeLessThan(0.05 * exact[0]!));
  expect(rounded.at(-1)!).toBeLessThan(0.7 * rounded[0]!);
});

test.skipIf(!whole)('a model opened for a search reads nearly what it would read exactly, and answers exactly the same', async () => {
  const [exact, rounded] = [await engine.open({ adapters: [] }), await engine.open({ adapters: [] }, { eightBit: true })];
  const read = { tokens: [3, 4, 5, 6, 7, 8], from: 2 };
  const [[one], [other]] = [await exact.score([read]), await rounded.score([read])];
  expect(other!.logprobs).not.toEqual(one!.logprobs);
  one!.logprobs.forEach((value, i) => expect(Math.abs(value - other!.logprobs[i]!)).toBeLessThan(0.1));
  const asked = { input: { prompt: 'abcd' }, maxTokens: 8, temperature: 0, seed: 1 };
  expect(await rounded.generate([asked])).toEqual(await exact.generate([asked]));
});

test.skipIf(!whole)('the rounded weights are made once', async () => {
  const models = join(folder, 'cache', 'models');
  const path = join(models, readdirSync(models)[0]!, 'weights.int8.safetensors');
  await losses(true, 1);
  const { mtimeMs } = statSync(path);
  await losses(true, 1);
  expect(statSync(path).mtimeMs).toBe(mtimeMs);
});

test('outliers are kept whole, and everything else within half a step', () => {
  const [out, into] = [6, 20];
  const weights = Float32Array.from({ length: out * into }, (_, i) => Math.sin(i * 7.3) * (i % into === 4 ? 9 : 1));
  const outliers = [4, 0, 1, 2, 3, 5, 6, 7];
  const { forward, columns, backward, rows, kept, exact, outliers: picks } = eightBit(weights, out, into, outliers);
  expect([...kept].filter((one) => one === 0)).toHaveLength(OUTLIERS);
  for (let o = 0; o < out; o++) {
    for (let i = 0; i < into; i++) {
      const nth = outliers.indexOf(i);
      const [ahead, back] = [forward[i * out + o]! * columns[o]!, backward[o * into + i]! * rows[i]!];
      const weight = weights[o * into + i]!;
      const whole = nth >= 0 && [ahead, back, exact[o * OUTLIERS + nth], picks[nth * into + i]].join() === [0, 0, weight, 1].join();
      const near = nth < 0 && Math.abs(ahead - weight) <= 0.51 * columns[o]! && Math.abs(back - weight) <= 0.51 * rows[i]!;
      expect(whole || near).toBe(true);
    }
  }
});

test.skipIf(whole)('where sums are cut off, training is refused and reading is exact', async () => {
  expect(engine.facts.eightBit).toBe(false);
  await expect(losses(true, 1)).rejects.toThrow('leave out --eight-bit');
  const [exact, asked] = [await engine.open({ adapters: [] }), await engine.open({ adapters: [] }, { eightBit: true })];
  const read = { tokens: [3, 4, 5, 6, 7, 8], from: 2 };
  expect(await asked.score([read])).toEqual(await exact.score([read]));
  await exact.close();
  await asked.close();
});

/**
 * Our contender of the training race: forward + backward + AdamW, LoRA of rank 8 on all linear layers.
 * Usage: train.ts <rows> <tokens> <steps> [int8]. Prints one JSON line.
 */
import { createRandom } from '../../src/core/random.ts';
import { LINEAR_LAYERS } from '../../src/training/engine.ts';
import type { Datum } from '../../src/training/trainer.ts';
import { openEngine, report, timed } from './contender.ts';

const [rows, tokens, steps] = process.argv.slice(2).map(Number) as [number, number, number];
const eightBit = process.argv[5] === 'int8';
const answer = tokens === 64 ? 40 : Math.round(tokens * 0.4);

const { engine, openSeconds } = await openEngine();
const trainer = await engine.train({ adapters: [] }, { kind: 'lora', rank: 8, alpha: 16, targets: LINEAR_LAYERS, seed: 0, eightBit });
const random = createRandom('bench');
const row = (): Datum => ({
  tokens: Array.from({ length: tokens }, () => random.integer(49_000)),
  weights: Array.from({ length: tokens }, (_, at) => (at < tokens - answer ? 0 : 1)),
});

const seconds = await timed(steps, async () => {
  await trainer.forwardBackward(Array.from({ length: rows }, row), { kind: 'cross-entropy' });
  await trainer.optimStep({ learningRate: 1e-3 });
});
report(rows * tokens, seconds, openSeconds);
await trainer.close();
await engine.close();

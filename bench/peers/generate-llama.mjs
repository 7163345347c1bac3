/**
 * One contender of the generation race: node-llama-cpp on the Q4_1 file, all sequences in parallel in one context, greedy.
 *
 * Usage: generate-llama.mjs <model.gguf> <folder with node-llama-cpp> <repetitions>. Prints one JSON line; the first
 * repetition warms up. Every repetition starts from empty sequences, so no prompt is remembered.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [gguf, folder, repetitions] = process.argv.slice(2);
const require = createRequire(path.join(folder, 'package.json'));
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(require.resolve('node-llama-cpp')).href);
const { newTokens, prompts } = JSON.parse(readFileSync(new URL('../workload.json', import.meta.url), 'utf8'));

const llama = await getLlama({ gpu: false, build: 'never', maxThreads: 2, logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath: gguf });
const context = await model.createContext({ sequences: prompts.length, contextSize: 128, threads: 2 });
const sequences = prompts.map(() => context.getSequence());

async function answer(sequence, tokens) {
  await sequence.clearHistory();
  let made = 0;
  for await (const _ of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true })) if (++made === newTokens) break;
  if (made !== newTokens) throw new Error(`a sequence ended after ${made} of ${newTokens} tokens`);
}

const seconds = [];
for (let repetition = 0; repetition <= Number(repetitions); repetition++) {
  const start = performance.now();
  await Promise.all(sequences.map((sequence, index) => answer(sequence, prompts[index].tokens)));
  seconds.push((performance.now() - start) / 1000);
}

const { version } = JSON.parse(readFileSync(path.join(folder, 'node_modules', 'node-llama-cpp', 'package.json'), 'utf8'));
const timed = seconds.slice(1).sort((a, b) => a - b);
const middle = (timed[(timed.length - 1) >> 1] + timed[timed.length >> 1]) / 2;
const report = {
  tokensPerSecond: (prompts.length * newTokens) / middle,
  seconds,
  peakRssBytes: process.resourceUsage().maxRSS * 1024,
  versions: { 'node-llama-cpp': version },
};
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit(0));

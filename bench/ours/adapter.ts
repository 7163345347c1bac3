/**
 * The product's side of `bench/reference/peft_loads.py`: trains an adapter for a few steps, saves it, opens it again from
 * its folder, and writes the log-probabilities of answers.
 * Usage: adapter.ts <folder for the adapter and probes.json> [<rank>]
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { LINEAR_LAYERS } from '../../src/training/engine.ts';
import { readBatches, readGreedy } from '../../test/golden/parity/fixtures.ts';
import { openEngine } from './contender.ts';

const [folder, rank = '8'] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: adapter.ts <folder> [<rank>]');

const { engine } = await openEngine();
const trainer = await engine.train(
  { adapters: [] },
  { kind: 'lora', rank: Number(rank), alpha: 16, targets: LINEAR_LAYERS, seed: 'adapter' },
);
for (const batch of readBatches().slice(0, 4)) {
  await trainer.forwardBackward(batch, { kind: 'cross-entropy' });
  await trainer.optimStep({ learningRate: 1e-3, maxGradientNorm: 1 });
}
await trainer.save(folder);
await trainer.close();

const model = await engine.open({ adapters: [folder] });
const { tokenizer } = engine;
const questions = readGreedy().rows.slice(0, 8);
const requests = questions.map(({ question, text }) => ({ messages: [{ role: 'user' as const, content: question }], answer: text }));
const scores = await model.score(requests);
const rows = requests.map(({ messages, answer }, index) => {
  const prompt = tokenizer.encodeChat(messages, { open: true });
  const { logprobs } = scores[index]!;
  const tokens = [...prompt, ...tokenizer.encodeAnswer(answer)];
  return { tokens, start: prompt.length, logprobs: [...logprobs] };
});
writeFileSync(path.join(folder, 'probes.json'), `${JSON.stringify({ model: engine.facts.id, rows })}\n`);
await model.close();
await engine.close();

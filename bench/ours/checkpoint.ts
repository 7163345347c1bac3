/**
 * The product's side of `bench/reference/checkpoint_loads.py`: writes two whole checkpoints of the catalogue's model, one fully
 * fine-tuned for a few steps, one with a trained adapter merged, and what the product itself computes with each; and the tiny networks of
 * test/golden/families as the product writes them.
 * Usage: checkpoint.ts <folder>; writes `<folder>/full` and `<folder>/merged` with a probes.json in each, and `<folder>/families/<name>`.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModelFiles } from '../../src/models/registry/resolve.ts';
import { LINEAR_LAYERS, type Engine, type Start, type Tuning } from '../../src/training/engine.ts';
import { openLocalEngine } from '../../src/training/local/engine.ts';
import { FAMILY_NAMES, familyFolder } from '../../test/golden/families/fixtures.ts';
import { readBatches, readGreedy } from '../../test/golden/parity/fixtures.ts';
import { openEngine } from './contender.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: checkpoint.ts <folder>');
const place = (name: string): string => path.join(folder, name);

const { engine } = await openEngine();
await train({ kind: 'full' }, 2e-5, place('full'));
await train({ kind: 'lora', rank: 8, alpha: 16, targets: LINEAR_LAYERS, seed: 'checkpoint' }, 1e-3, place('adapter'));
await engine.merge({ adapters: [place('adapter')] }, place('merged'));
await writeProbes(engine, { weights: place('full'), adapters: [] }, place('full'));
// The merged folder must compute what base and adapter compute.
await writeProbes(engine, { adapters: [place('adapter')] }, place('merged'));
await engine.close();

for (const name of FAMILY_NAMES) {
  const family = await openLocalEngine(await openModelFiles(familyFolder(name), { cache: place('cache'), env: {} }));
  await family.merge({ adapters: [] }, path.join(folder, 'families', name));
  await family.close();
}

async function train(tuning: Tuning, learningRate: number, to: string): Promise<void> {
  const trainer = await engine.train({ adapters: [] }, tuning);
  for (const batch of readBatches().slice(0, 3)) {
    await trainer.forwardBackward(batch, { kind: 'cross-entropy' });
    await trainer.optimStep({ learningRate, maxGradientNorm: 1 });
  }
  await trainer.save(to);
  await trainer.close();
}

async function writeProbes({ tokenizer, facts, open }: Engine, start: Start, to: string): Promise<void> {
  const model = await open(start);
  const requests = readGreedy()
    .rows.slice(0, 8)
    .map(({ question, text }) => ({ messages: [{ role: 'user' as const, content: question }], answer: text }));
  const scores = await model.score(requests);
  const rows = requests.map(({ messages, answer }, index) => {
    const prompt = tokenizer.encodeChat(messages, { open: true });
    const tokens = [...prompt, ...tokenizer.encodeAnswer(answer)];
    return { question: messages[0]!.content, answer, tokens, start: prompt.length, logprobs: [...scores[index]!.logprobs] };
  });
  writeFileSync(path.join(to, 'probes.json'), `${JSON.stringify({ model: facts.id, rows })}\n`);
  await model.close();
}

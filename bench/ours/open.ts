/** Opens the model and prints how long it took, and how long until a first token. Usage: open.ts. Prints one JSON line. */
import { openEngine } from './contender.ts';

const start = performance.now();
const { engine, openSeconds } = await openEngine();
const model = await engine.open({ adapters: [] });
const [answer] = await model.generate([{ input: { prompt: 'Once' }, maxTokens: 1, temperature: 0, seed: 0 }]);
if (answer?.kind !== 'answer') throw new Error('no first token');
process.stdout.write(`${JSON.stringify({ openSeconds, firstTokenSeconds: (performance.now() - start) / 1000 })}\n`);
await model.close();
await engine.close();

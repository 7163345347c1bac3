/**
 * Our contender of the generation race: all prompts of `bench/workload.json` at once, greedy, end to end with prefill.
 * Usage: generate.ts <repetitions>. Prints one JSON line.
 */
import { readFileSync } from 'node:fs';
import type { GenerateRequest } from '../../src/models/model.ts';
import { openEngine, report, timed } from './contender.ts';

interface Workload {
  readonly newTokens: number;
  readonly prompts: readonly { readonly text: string; readonly tokens: readonly number[] }[];
}

const { newTokens, prompts } = JSON.parse(readFileSync(new URL('../workload.json', import.meta.url), 'utf8')) as Workload;
const { engine, openSeconds } = await openEngine();
const model = await engine.open({ adapters: [] });
const requests = prompts.map(({ text }, index): GenerateRequest => ({
  input: { prompt: text },
  maxTokens: newTokens,
  temperature: 0,
  seed: index,
}));

const seconds = await timed(Number(process.argv[2]), async () => {
  for (const [index, answer] of (await model.generate(requests)).entries()) {
    if (answer.kind === 'failure') throw new Error(answer.reason);
    const { promptTokens, completionTokens } = answer.usage;
    if (promptTokens !== prompts[index]!.tokens.length || completionTokens !== newTokens) {
      throw new Error(
        `sequence ${index} had ${promptTokens} + ${completionTokens} tokens; the peers make ${newTokens} after the same prompt`,
      );
    }
  }
});
report(prompts.length * newTokens, seconds, openSeconds);
await model.close();
await engine.close();

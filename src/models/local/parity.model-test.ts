/** The network against recorded runs of transformers and PEFT (float32, same weights): test/golden/parity. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAdapterLogits, readGreedy, readLogits, ADAPTER_FOLDER, type LogitsProbe } from '../../../test/golden/parity/fixtures.ts';
import { readAdapter } from '../../nn/adapter-files.ts';
import type { Adapter } from '../../nn/adapter.ts';
import { createTokenizer } from '../../nn/tokenizer/create-tokenizer.ts';
import type { ModelFiles } from '../../nn/weights/weights.ts';
import { floats } from '../../tensor/tensor.ts';
import { openModelFiles } from '../registry/resolve.ts';
import { createLocalModel } from './model.ts';
import { adapterFeeds, createNetwork, type Network } from './network.ts';
import { placeSamples } from './placing.ts';
import { logSumExp } from './sampler.ts';
import { createWorkCounter } from './work.ts';

let files: ModelFiles;
let network: Network;

beforeAll(async () => {
  files = await openModelFiles('smollm2-135m-instruct', { env: process.env });
  network = createNetwork(files.config, files.weights, createWorkCounter(files.config));
}, 300_000);
afterAll(() => network.release());

/** Logits after every token of one text. */
async function logitsOf(tokens: readonly number[], adapter?: Adapter): Promise<Float32Array[]> {
  const results = await network.run('prefill', adapterFeeds(files.config, adapter), {
    ...network.tables(tokens.length),
    ...placeSamples([tokens], 0, tokens.length)[0]!.feeds,
    rows: { data: Int32Array.from(tokens.keys()), shape: [tokens.length] },
  });
  const all = floats(results['logits']);
  return tokens.map((_, i) => all.subarray(i * files.config.vocabulary, (i + 1) * files.config.vocabulary));
}

function distance(logits: Float32Array, probe: LogitsProbe, fixedIds: readonly number[]): number {
  const gaps = [
    ...probe.topIds.map((id, i) => logits[id]! - probe.top[i]!),
    ...fixedIds.map((id, i) => logits[id]! - probe.fixed[i]!),
    logSumExp(logits) - probe.logSumExp,
  ];
  return Math.max(...gaps.map(Math.abs));
}

test('logits agree with transformers within 2e-3 at every position of 16 texts', async () => {
  const { rows, fixedIds } = readLogits();
  let worst = 0;
  for (const { tokens, positions } of rows) {
    const logits = await logitsOf(tokens);
    positions.forEach((probe, i) => (worst = Math.max(worst, distance(logits[i]!, probe, fixedIds))));
  }
  console.log(`largest distance of a logit: ${worst.toExponential(2)}`);
  expect(rows).toHaveLength(16);
  expect(worst).toBeLessThan(2e-3);
}, 300_000);

test('greedy answers are those of transformers, in batches with a shared prefix; each difference is a near-tie', async () => {
  const { rows, maxTokens, eosIds } = readGreedy();
  const tokenizer = createTokenizer(files.tokenizer);
  const model = createLocalModel({ id: files.id, network, tokenizer, adapter: () => undefined });
  rows.forEach(({ question, prompt }) =>
    expect(tokenizer.encodeChat([{ role: 'user', content: question }], { open: true })).toEqual(prompt),
  );
  const answers = await model.generate(
    rows.map(({ question }) => ({ input: { messages: [{ role: 'user', content: question }] }, maxTokens, temperature: 0, seed: 0 })),
  );
  let same = 0;
  answers.forEach((answer, i) => {
    const { answer: expected, gaps } = rows[i]!;
    if (answer.kind !== 'answer') throw new Error(answer.reason);
    const wanted = expected.filter((id) => !eosIds.includes(id));
    const differs =
      answer.tokens.length === wanted.length
        ? answer.tokens.findIndex((id, at) => id !== wanted[at])
        : Math.min(answer.tokens.length, wanted.length);
    const first = answer.tokens.findIndex((id, at) => id !== wanted[at]);
    const at = first >= 0 ? first : differs;
    if (at < 0) same += 1;
    else {
      console.log(`answer ${i} differs at token ${at}, where the best two logits were ${gaps[at]} apart`);
      expect(gaps[at]).toBeLessThan(2e-3);
    }
  });
  console.log(`${same} of ${rows.length} greedy answers are identical`);
  expect(same / rows.length).toBeGreaterThanOrEqual(0.95);
}, 300_000);

test('an adapter made by PEFT is read as it is and gives the logits PEFT computes', async () => {
  const { rows, fixedIds } = readAdapterLogits();
  const adapter = await readAdapter(ADAPTER_FOLDER, files.config);
  for (const { tokens, base, adapted } of rows) {
    expect(distance((await logitsOf(tokens)).at(-1)!, base, fixedIds)).toBeLessThan(2e-3);
    expect(distance((await logitsOf(tokens, adapter)).at(-1)!, adapted, fixedIds)).toBeLessThan(2e-3);
  }
}, 300_000);

/** Log-probabilities of given answers, several to a row, nothing leaking between them. */
import { InterruptedError } from '../../core/errors.ts';
import { floats } from '../../tensor/tensor.ts';
import type { AnswerScore, ScoreRequest } from '../model.ts';
import type { Generator } from './generate.ts';
import { placeAnswers } from './placing.ts';

const POSITIONS = 1024;
// The target's logit is computed a second way (as a dot product), so "the best" is within this of the best.
const ROUNDING = 1e-3;

export async function scoreAnswers(
  { network, tokenizer, adapter }: Generator,
  requests: readonly ScoreRequest[],
  signal?: AbortSignal,
): Promise<AnswerScore[]> {
  const samples = requests.map((request) => {
    if ('tokens' in request) return { tokens: request.tokens, start: request.from };
    const prompt = tokenizer.encodeChat(request.messages, { open: true });
    return { tokens: [...prompt, ...tokenizer.encodeAnswer(request.answer)], start: prompt.length };
  });
  const results: AnswerScore[] = Array.from({ length: requests.length });
  const passes = placeAnswers(
    samples.map(({ tokens }) => tokens),
    samples.map(({ start }) => start - 1),
    POSITIONS,
  );
  for (const { feeds, time, samples: placed, computed } of passes) {
    if (signal?.aborted) throw new InterruptedError();
    const [at, targets] = [[] as number[], [] as number[]];
    for (const { index, row, head, start: column } of placed) {
      const sample = samples[index]!;
      for (let i = sample.start; i < sample.tokens.length; i++) {
        at.push(row * time + column + i - head - 1);
        targets.push(sample.tokens[i]!);
      }
    }
    // Every answer of the batch may be empty; a network is not asked about nothing.
    const out =
      at.length === 0
        ? undefined
        : await network.run('score', adapter, {
            ...network.tables(time),
            ...feeds,
            rows: { data: Int32Array.from(at), shape: [at.length] },
            targets: { data: Int32Array.from(targets), shape: [at.length] },
          });
    network.work.add('prefilled', computed, at.length, 1);
    let read = 0;
    for (const { index } of placed) {
      const length = samples[index]!.tokens.length - samples[index]!.start;
      const logprobs = out ? floats(out['logprobs']).slice(read, read + length) : new Float32Array(0);
      const top = out
        ? Uint8Array.from(floats(out['behind']).subarray(read, read + length), (gap) => Number(gap <= ROUNDING))
        : new Uint8Array(0);
      results[index] = { logprobs, top };
      read += length;
    }
  }
  return results;
}

